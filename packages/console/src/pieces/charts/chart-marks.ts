/** What happened at times of a chart: a line across the others, with its number in the list below them. */
import type uPlot from 'uplot'

export interface Mark {
  /** One of the chart's times. */
  readonly at: number
  readonly name: string
}

/** Lengths of the page; a canvas counts in the pixels of the screen. */
const NUMBER_PX = 11
const GAP_PX = 3

/** Numbers that would stand on one another are left out; the list has them all. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], color: string): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  let freeFrom = Number.NEGATIVE_INFINITY
  ctx.save()
  ctx.strokeStyle = color
  ctx.fillStyle = color
  ctx.lineWidth = scale
  ctx.setLineDash([4 * scale, 4 * scale])
  ctx.font = `${NUMBER_PX * scale}px sans-serif`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'bottom'
  for (const [index, { at }] of marks.entries()) {
    const x = Math.round(plot.valToPos(at, 'x', true))
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    if (x < freeFrom) continue
    const number = String(index + 1)
    ctx.fillText(number, x, bbox.top - GAP_PX * scale)
    freeFrom = x + ctx.measureText('00').width + GAP_PX * scale
  }
  ctx.restore()
}

export function namesAt(marks: readonly Mark[], at: number): string {
  return marks
    .filter((mark) => mark.at === at)
    .map(({ name }) => name)
    .join(', ')
}
