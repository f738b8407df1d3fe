/** Selectors that stand in the set around: whether every way to a set brings one along. */
import type { Attribute, AttributeSet, Message, Sub } from './model.js'

/** Says where a format is selected by an attribute of the set around, and that set has none, or the set is no plain nest. */
export function lostSelectors(
  messages: ReadonlyMap<number, Message>,
  sets: ReadonlyMap<string, AttributeSet>,
  subs: ReadonlyMap<string, Sub>,
): string[] {
  const problems: string[] = []
  const check = (name: string, attr: Attribute, by: string): void => {
    const selects = (set: AttributeSet): boolean => set.attrs.some(one => one.name === by && one.multi !== true)
    const lost = [
      ...[...messages.values()].filter(message => message.set === name).map(message => message.name),
      ...[...subs.values()].filter(sub => sub.formats.some(one => one.set === name)).map(sub => sub.typeName),
      ...[...sets].flatMap(([key, set]) =>
        set.attrs
          .filter(one => (one.type === 'nest' ? one.ref : one.elem?.type === 'nest' ? one.elem.ref : '') === name)
          .filter(one => one.type !== 'nest' || one.multi === true || !selects(set))
          .map(one => `${key}, ${one.name},`),
      ),
    ]
    for (const where of lost)
      problems.push(`set ${name}, ${attr.name}: ${where} has no attribute ${by} to select the format`)
  }
  for (const [name, set] of sets)
    for (const attr of set.attrs) {
      const selector = attr.outer === true ? subs.get(attr.ref ?? '')?.selector : undefined
      if (selector !== undefined && 'attr' in selector) check(name, attr, selector.attr)
    }
  return problems
}
