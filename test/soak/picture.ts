import { bounds, type Sample } from './judge.js'

const WIDTH = 900
const ROW = 110
const LEFT = 130
const PLOT = WIDTH - LEFT - 20

/** Draws every measure over time, each on a scale of its own that begins at 0. */
export function picture(samples: readonly Sample[]): string {
  const end = Math.max(samples.at(-1)?.seconds ?? 0, 1)
  const rows = bounds.map(({ measure, unit }, row) => {
    const top = row * ROW + 20
    const height = ROW - 35
    const highest = Math.max(...samples.map(sample => sample[measure]), 1)
    const points = samples.map(sample => {
      const x = LEFT + (sample.seconds / end) * PLOT
      const y = top + height - (sample[measure] / highest) * height
      return `${x.toFixed(1)},${y.toFixed(1)}`
    })
    return [
      `<text x="10" y="${top + 12}">${measure}</text>`,
      `<text x="10" y="${top + 28}" fill="#666">${output(highest, unit)}</text>`,
      `<rect x="${LEFT}" y="${top}" width="${PLOT}" height="${height}" fill="#f6f6f6"/>`,
      `<polyline fill="none" stroke="#06c" points="${points.join(' ')}"/>`,
    ].join('\n')
  })
  const height = bounds.length * ROW + 30
  const third = LEFT + PLOT / 3
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="white"/>
${rows.join('\n')}
<line x1="${third}" x2="${third}" y1="10" y2="${height - 35}" stroke="#c60" stroke-dasharray="4"/>
<text x="${third + 4}" y="${height - 25}" fill="#c60">judged from here</text>
<text x="${WIDTH - 80}" y="${height - 10}">${end.toFixed(0)} s</text>
</svg>
`
}

/** Writes a number as people read it. */
export function output(value: number, unit: 'count' | 'bytes'): string {
  return unit === 'bytes' ? `${(value / 1024 / 1024).toFixed(2)} MiB` : String(Math.round(value * 100) / 100)
}
