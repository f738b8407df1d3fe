/** Selected formats: whether every way to a set brings its selector along, and no two things of a format share a name. */
import type { Attribute, AttributeSet, Message, Struct, Sub } from '../model.js'

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

/** Says where a format's struct and attributes, which its value holds side by side, have one name for two things. */
export function doubleNames(
  sets: ReadonlyMap<string, AttributeSet>,
  structs: ReadonlyMap<string, Struct>,
  subs: ReadonlyMap<string, Sub>,
): string[] {
  return [...subs].flatMap(([key, sub]) =>
    sub.formats.flatMap(format => {
      const names = [
        ...('attr' in sub.selector ? ['kind'] : []),
        ...(structs.get(format.header ?? '')?.members ?? []).map(member => member.name),
        ...(sets.get(format.set ?? '')?.attrs ?? []).filter(attr => attr.type !== 'pad').map(attr => attr.name),
      ]
      return names
        .filter((name, index) => names.indexOf(name) !== index)
        .map(name => `sub-message ${key}, ${format.name}: two fields called ${name}`)
    }),
  )
}
