/** Numbers over time as lines, drawn by uPlot, with the same numbers as a table: a canvas says nothing to a screen reader. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { DARK, onLook, PAPER } from '../../live/look.ts'
import { locale } from '../../words/language.ts'
import { numberWords, say } from '../../words/say.tsx'
import { timeWords } from '../../words/time.ts'
import { Scrolling } from '../screen/scrolling.tsx'
import { drawMarks, type Mark, namesAt } from './chart-marks.ts'

export interface Series {
  readonly name: string
  /** A custom property of the page's colours, as `--series-1`. */
  readonly color: string
  readonly values: readonly (number | null)[]
}

export interface ChartProps {
  readonly title: string
  /** Seconds since 1970. */
  readonly times: readonly number[]
  readonly series: readonly Series[]
  /** The axis begins at zero: how far it is to nothing is seen, and not only that it falls. */
  readonly isFromZero?: boolean
  /** In order. */
  readonly marks?: readonly Mark[]
}

const HEIGHT_PX = 220
/** Half of the last time on the axis stands beyond it. */
const RIGHT_PX = 40

const TWO_DAYS_SECONDS = 172_800

/** In the language of the page: hours of a day or two, days of anything longer. Ticks of one minute say it once. */
function timesOnAxis(_: uPlot, times: readonly number[]): string[] {
  const isShort = (times.at(-1) ?? 0) - (times[0] ?? 0) < TWO_DAYS_SECONDS
  const format = new Intl.DateTimeFormat(locale(), {
    ...(isShort ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' }),
  })
  const words = times.map((at) => format.format(at * 1000))
  return words.map((one, index) => (one === words[index - 1] ? '' : one))
}

/** With some air above, and never of no height. */
const aboveZero = (_: uPlot, __: number, most: number): [number, number] => [0, most * 1.05 || 1]

export function Chart({ title, times, series, isFromZero = false, marks = [] }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const drawn = useRef<uPlot>(undefined)
  const data: uPlot.AlignedData = [[...times], ...series.map(({ values }) => [...values])]
  // As it is now, for whoever draws later.
  const latest = useRef({ data, marks })
  latest.current = { data, marks }
  const lines = JSON.stringify([isFromZero, series.map(({ name, color }) => [name, color])])
  useLayoutEffect(() => {
    let isGone = false
    const box = place.current
    const resized = new ResizeObserver(() => {
      if (box !== null) drawn.current?.setSize({ width: box.clientWidth, height: HEIGHT_PX })
    })
    void Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(
      ([{ default: Plot }]) => {
        if (isGone || box === null) return
        // Asked for each time it is drawn: a page that is printed, or looked at in the dark, has others.
        const color = (name: string) => () => getComputedStyle(box).getPropertyValue(name).trim()
        const axis = { stroke: color('--quiet-now'), grid: { stroke: color('--line-now') } }
        const markUp = (plot: uPlot) => {
          drawMarks(plot, latest.current.marks, color('--quiet-now')())
        }
        drawn.current = new Plot(
          {
            ...{ width: box.clientWidth, height: HEIGHT_PX, legend: { show: false } },
            padding: [null, RIGHT_PX, null, null],
            series: [
              {},
              ...series.map(({ name, color: property }) => ({
                ...{ label: name, stroke: color(property), width: 2 },
              })),
            ],
            ...(isFromZero && { scales: { y: { range: aboveZero } } }),
            axes: [
              { ...axis, values: timesOnAxis },
              { ...axis, size: 60 },
            ],
            hooks: { draw: [markUp] },
          },
          latest.current.data,
          box,
        )
        resized.observe(box)
      },
    )
    const endLook = onLook([DARK, PAPER], () => drawn.current?.redraw())
    return () => {
      isGone = true
      endLook()
      resized.disconnect()
      drawn.current?.destroy()
      drawn.current = undefined
    }
  }, [lines])

  // Newer numbers of the same lines: the picture stays, and nothing on the page moves.
  useLayoutEffect(() => {
    drawn.current?.setData(latest.current.data)
  }, [JSON.stringify([data, marks])])

  return (
    <figure class="chart">
      <figcaption>
        {title}
        <ul class="legend">
          {series.map(({ name, color }) => (
            <li key={name}>
              <span class="swatch" style={{ background: `var(${color})` }} aria-hidden="true" />
              {name}
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={place} aria-hidden="true" />
      {marks.length > 0 && (
        <ol class="marks">
          {marks.map(({ at, name }, index) => (
            <li key={index}>
              {timeWords(at)}: {name}
            </li>
          ))}
        </ol>
      )}
      <details>
        <summary>{say('pieces.asTable')}</summary>
        <Scrolling class="table-scroll" label={title}>
          <table>
            <thead>
              <tr>
                <td />
                {series.map(({ name }) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ))}
                {marks.length > 0 && <th scope="col">{say('pieces.happened')}</th>}
              </tr>
            </thead>
            <tbody>
              {times.map((at, index) => (
                <tr key={at}>
                  <th scope="row">{timeWords(at)}</th>
                  {series.map(({ name, values }) => (
                    <td key={name} class="number">
                      {values[index] == null ? '–' : numberWords(values[index])}
                    </td>
                  ))}
                  {marks.length > 0 && <td>{namesAt(marks, at)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      </details>
    </figure>
  )
}
