/** Numbers over time as lines, drawn by uPlot, with the same numbers as a table: a canvas says nothing to a screen reader. */
import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { DARK, onLook, PAPER } from '../../live/look.ts'
import { locale } from '../../words/language.ts'
import { numberWords, say } from '../../words/say.tsx'
import { timeWords } from '../../words/time.ts'

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

export function Chart({ title, times, series, isFromZero = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const data = JSON.stringify([times, series])
  useEffect(() => {
    let plot: uPlot | undefined
    let isGone = false
    const box = place.current
    const resized = new ResizeObserver(() => {
      if (box !== null) plot?.setSize({ width: box.clientWidth, height: HEIGHT_PX })
    })
    void Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(
      ([{ default: Plot }]) => {
        if (isGone || box === null) return
        // Asked for each time it is drawn: a page that is printed, or looked at in the dark, has others.
        const color = (name: string) => () => getComputedStyle(box).getPropertyValue(name).trim()
        const axis = { stroke: color('--quiet-now'), grid: { stroke: color('--line-now') } }
        plot = new Plot(
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
          },
          [[...times], ...series.map(({ values }) => [...values])],
          box,
        )
        resized.observe(box)
      },
    )
    const endLook = onLook([DARK, PAPER], () => plot?.redraw())
    return () => {
      isGone = true
      endLook()
      resized.disconnect()
      plot?.destroy()
    }
  }, [data])

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
      <details>
        <summary>{say('pieces.asTable')}</summary>
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                <td />
                {series.map(({ name }) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ))}
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
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
