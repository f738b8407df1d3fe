import type { LabPlan, LabShape, PlannedEnd, PlannedLink } from './plan.js'

/** Says what holds packets up on a link: `10mbit, 20ms ± 2ms, 1 % lost`; '' for nothing. */
function shapeText({ rate, delay, jitter, loss }: LabShape): string {
  return [
    rate,
    delay === undefined ? undefined : `${delay}${jitter === undefined ? '' : ` ± ${jitter}`}`,
    loss === undefined || loss === 0 ? undefined : `${loss} % lost`,
  ]
    .filter(part => part !== undefined)
    .join(', ')
}

const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : what.endsWith('ch') ? 'es' : 's'}`

/** Writes a topology as text: a node a paragraph, a link a line, each seen from both of its ends. */
export function labText(title: string, plan: LabPlan): string {
  const lines = [
    `${title}: ${count(plan.hosts.size, 'host')}, ${count(plan.switches.size, 'switch')}, ${count(plan.links.length, 'link')}`,
  ]
  const paragraphs: [string, string][] = [
    ...[...plan.hosts].map(([name, { forward }]): [string, string] => [name, forward === true ? ' (router)' : '']),
    ...[...plan.switches.keys()].map((name): [string, string] => [name, ' (switch)']),
  ]
  for (const [name, label] of paragraphs) {
    lines.push(`${name}${label}`)
    const rows = plan.links.flatMap(link => seenFrom(name, link))
    const width = Math.max(0, ...rows.map(([own]) => own.length))
    for (const [own, other] of rows) lines.push(`  ${own.padEnd(width)} ── ${other}`)
  }
  return lines.join('\n')
}

function seenFrom(node: string, { endpoints: [a, b], shape }: PlannedLink): [own: string, other: string][] {
  const held = shapeText(shape)
  const row = (own: PlannedEnd, other: PlannedEnd): [string, string] => [
    [own.ifname, ...own.addresses].join(' '),
    `${other.node} ${other.ifname}${held === '' ? '' : `  [${held}]`}`,
  ]
  return [...(a.node === node ? [row(a, b)] : []), ...(b.node === node ? [row(b, a)] : [])]
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

interface Point {
  readonly x: number
  readonly y: number
}

const CELL = 210
const MARGIN = 120
const colours = { host: '#dbeafe', router: '#fde68a', switch: '#d1fae5', line: '#64748b', text: '#0f172a' } as const

/** Draws a topology as an SVG picture: switches inside, hosts around them, what a link holds up in its middle. */
export function labSvg(title: string, plan: LabPlan): string {
  const at = positions(plan)
  const extent = Math.max(...[...at.values()].flatMap(({ x, y }) => [x, y]), 0) + MARGIN
  const body = [
    ...plan.links.map(link => linkSvg(link, at, plan)),
    ...[...plan.hosts].map(([name, { forward }]) => nodeSvg(name, at, forward === true ? 'router' : 'host')),
    ...[...plan.switches.keys()].map(name => nodeSvg(name, at, 'switch')),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${extent} ${extent}" width="${extent}" height="${extent}" font-family="sans-serif" font-size="11">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="12" y="22" font-size="14" font-weight="bold" fill="${colours.text}">${escaped(title)}</text>
${body.join('\n')}
</svg>
`
}

/** Hosts on a circle in the order of their switches, so that few links cross; switches on a smaller one. */
function positions(plan: LabPlan): Map<string, Point> {
  const switches = [...plan.switches.keys()]
  const group = (host: string): number => {
    const link = plan.links.find(
      ({ endpoints }) => endpoints.some(end => end.node === host) && endpoints.some(end => plan.switches.has(end.node)),
    )
    const node = link?.endpoints.find(end => plan.switches.has(end.node))?.node
    return node === undefined ? switches.length : switches.indexOf(node)
  }
  const hosts = [...plan.hosts.keys()].map(name => ({ name, group: group(name) })).sort((a, b) => a.group - b.group)
  const outer = Math.max(160, (hosts.length * CELL) / (2 * Math.PI))
  const centre = outer + MARGIN
  const at = new Map<string, Point>()
  const put = (name: string, radius: number, turn: number): void => {
    const angle = 2 * Math.PI * turn - Math.PI / 2
    at.set(name, { x: Math.round(centre + radius * Math.cos(angle)), y: Math.round(centre + radius * Math.sin(angle)) })
  }
  for (const [i, { name }] of hosts.entries()) put(name, outer, i / hosts.length)
  for (const [i, name] of switches.entries()) {
    // In the middle of its hosts.
    const own = hosts.flatMap((host, at) => (host.group === i ? [at / hosts.length] : []))
    const turn = own.length === 0 ? i / switches.length : own.reduce((sum, each) => sum + each, 0) / own.length
    put(name, switches.length === 1 ? 0 : outer * 0.36, turn)
  }
  return at
}

function nodeSvg(name: string, at: ReadonlyMap<string, Point>, kind: 'host' | 'router' | 'switch'): string {
  const { x, y } = at.get(name) ?? { x: 0, y: 0 }
  const width = Math.max(64, 9 * name.length + 24)
  const round = kind === 'switch' ? 4 : 16
  return `<rect x="${x - width / 2}" y="${y - 17}" width="${width}" height="34" rx="${round}" fill="${colours[kind]}" stroke="${colours.line}"/><text x="${x}" y="${y + 5}" text-anchor="middle" font-size="14" fill="${colours.text}">${escaped(name)}</text>`
}

function linkSvg({ endpoints: [a, b], shape }: PlannedLink, at: ReadonlyMap<string, Point>, plan: LabPlan): string {
  const from = at.get(a.node) ?? { x: 0, y: 0 }
  const to = at.get(b.node) ?? { x: 0, y: 0 }
  const along = (part: number): Point => ({
    x: Math.round(from.x + part * (to.x - from.x)),
    y: Math.round(from.y + part * (to.y - from.y)),
  })
  const label = (point: Point, lines: readonly string[], bold = false): string =>
    lines
      .map(
        (line, i) =>
          `<text x="${point.x}" y="${point.y + 13 * i}" text-anchor="middle" fill="${colours.text}" stroke="#ffffff" stroke-width="4" paint-order="stroke"${bold ? ' font-weight="bold"' : ''}>${escaped(line)}</text>`,
      )
      .join('')
  const own = (end: PlannedEnd): string[] =>
    plan.switches.has(end.node) ? [end.ifname] : [end.ifname, ...end.addresses]
  const held = shapeText(shape)
  return [
    `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="${colours.line}" stroke-width="2"${held === '' ? '' : ' stroke-dasharray="6 4"'}/>`,
    label(along(0.3), own(a)),
    label(along(0.7), own(b)),
    ...(held === '' ? [] : [label(along(0.5), [held], true)]),
  ].join('')
}
