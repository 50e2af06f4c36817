/**
 * One palette. The console, the owner's page and the pages of the server are served by three programs that share no
 * file, so each has a copy of the colours it needs: the copies agree, and what is read stands out from its ground, by
 * day and by night (WCAG 2.2, 1.4.3 and 1.4.11).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from './support/sources.ts'

const CONSOLE = 'packages/console/src/style/tokens.css'
const COPIES = [
  'packages/agent/src/page/site/page.css',
  'packages/server/src/sign-in/site/sign-in.css',
]

/** What tells how a thing is going in the console is a kind of notice on a page. */
const CONSOLES_NAME: Readonly<Record<string, string>> = {
  notice: 'busy',
  warning: 'waits',
  danger: 'bad',
}

const TEXT_CONTRAST = 4.5
/** Of the edges of fields and buttons. */
const SHAPE_CONTRAST = 3

type Pair = readonly [byDay: string, byNight: string]

function paletteOf(path: string): ReadonlyMap<string, Pair> {
  const colours = read(path).matchAll(/^ {2}--([\w-]+): light-dark\((#\w+), (#\w+)\);$/gm)
  return new Map([...colours].map(([, name = '', day = '', night = '']) => [name, [day, night]]))
}

const consolesName = (name: string) => {
  const [, before = '', word = '', after = ''] = /^(on-)?(\w+)(-ground)?$/.exec(name) ?? []
  return `${before}${CONSOLES_NAME[word] ?? word}${after}`
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const digits =
    colour.length === 4 ? [...colour.slice(1)].map((one) => one + one).join('') : colour.slice(1)
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const share = Number.parseInt(digits.slice(at, at + 2), 16) / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

for (const path of COPIES) {
  test(`${path} has the colours of the console`, () => {
    const palette = paletteOf(CONSOLE)
    const copy = paletteOf(path)
    assert.ok(copy.size > 8, 'its colours are not where this test looks')
    for (const [name, pair] of copy) assert.deepEqual(pair, palette.get(consolesName(name)), name)
  })
}

for (const path of [CONSOLE, ...COPIES]) {
  test(`what is read in ${path} stands out, by day and by night`, () => {
    const palette = paletteOf(path)
    const colourOf = (name: string) => palette.get(name) ?? assert.fail(`there is no --${name}`)
    const isGround = (name: string) => name === 'card' || name.endsWith('ground')
    const grounds = [...palette.keys()].filter(isGround)
    // A line only parts what stands apart without it.
    const marks = [...palette.keys()].filter((name) => !isGround(name) && name !== 'line')
    for (const name of marks) {
      const behind = name.startsWith('on-') ? [name.slice('on-'.length)] : grounds
      const least = name === 'edge' ? SHAPE_CONTRAST : TEXT_CONTRAST
      for (const ground of behind) {
        for (const time of [0, 1] as const) {
          const seen = contrast(colourOf(name)[time], colourOf(ground)[time])
          assert.ok(seen >= least, `--${name} on --${ground}: ${seen.toFixed(2)}, not ${least}`)
        }
      }
    }
  })
}
