/**
 * QR codes, ISO/IEC 18004:2015, as much as a key for an authenticator app needs: bytes, error correction level M,
 * versions 1 to 20. Pure.
 */
import { errorCorrection } from './reed-solomon.ts'

/** Level M, by version: error correction codewords per block, and blocks (table 9). */
const CORRECTION_CODEWORDS = [
  ...[0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26],
]
const BLOCKS = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16]
const VERSION_MAX = 20
const LEVEL_M = 0b00
const BYTE_MODE = 0b0100

/** Rows of modules, true for dark; undefined for more bytes than fit. */
export function qrCode(bytes: Uint8Array): readonly (readonly boolean[])[] | undefined {
  const version = Array.from({ length: VERSION_MAX }, (_, index) => index + 1).find(
    (each) => bytes.length <= capacityBytes(each),
  )
  if (version === undefined) return undefined
  const codewords = interleaved(dataCodewords(bytes, version), version)
  const candidates = Array.from({ length: 8 }, (_, mask) => {
    const grid = new Grid(version)
    grid.placeFunctionPatterns()
    grid.placeData(codewords, mask)
    grid.placeFormat(mask)
    return grid.dark
  })
  return candidates.reduce((best, each) => (penalty(each) < penalty(best) ? each : best))
}

/** Codewords of a symbol, with all that is not data taken away (§7.1). */
function rawCodewords(version: number): number {
  const patterns = version >= 2 ? Math.floor(version / 7) + 2 : 0
  const alignment = patterns === 0 ? 0 : (25 * patterns - 10) * patterns - 55
  const modules = (16 * version + 128) * version + 64 - alignment - (version >= 7 ? 36 : 0)
  return Math.floor(modules / 8)
}

function dataLength(version: number): number {
  return rawCodewords(version) - (CORRECTION_CODEWORDS[version] ?? 0) * (BLOCKS[version] ?? 0)
}

function countBits(version: number): number {
  return version < 10 ? 8 : 16
}

function capacityBytes(version: number): number {
  return Math.floor((dataLength(version) * 8 - 4 - countBits(version)) / 8)
}

/** Mode, count, bytes, terminator and padding (§7.4). */
function dataCodewords(bytes: Uint8Array, version: number): Uint8Array {
  const bits = [...inBits(BYTE_MODE, 4), ...inBits(bytes.length, countBits(version))]
  for (const byte of bytes) bits.push(...inBits(byte, 8))
  const length = dataLength(version)
  bits.push(...inBits(0, Math.min(4, length * 8 - bits.length)))
  bits.push(...inBits(0, -bits.length & 7))
  const codewords = Uint8Array.from({ length: bits.length / 8 }, (_, index) =>
    bits.slice(index * 8, index * 8 + 8).reduce((value, bit) => value * 2 + bit, 0),
  )
  return Uint8Array.from({ length }, (_, index) => {
    const padding = (index - codewords.length) % 2 === 0 ? 0xec : 0x11
    return codewords[index] ?? padding
  })
}

function inBits(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (value >>> (count - 1 - index)) & 1)
}

/** Blocks side by side, the later ones one longer, then their error correction (§7.6). */
function interleaved(data: Uint8Array, version: number): number[] {
  const count = BLOCKS[version] ?? 1
  const short = Math.floor(data.length / count)
  const shortCount = count - (data.length % count)
  const blocks = Array.from({ length: count }, (_, index) => {
    const start = index * short + Math.max(0, index - shortCount)
    return data.slice(start, start + short + (index < shortCount ? 0 : 1))
  })
  const corrections = blocks.map((block) =>
    errorCorrection(block, CORRECTION_CODEWORDS[version] ?? 0),
  )
  return [...byColumn(blocks), ...byColumn(corrections)]
}

function byColumn(blocks: readonly Uint8Array[]): number[] {
  const longest = Math.max(...blocks.map(({ length }) => length))
  return Array.from({ length: longest }, (_, column) =>
    blocks.flatMap((block) => block[column] ?? []),
  ).flat()
}

class Grid {
  readonly #version: number
  readonly #size: number
  readonly dark: boolean[][]
  readonly #isFunction: boolean[][]

  constructor(version: number) {
    this.#version = version
    this.#size = version * 4 + 17
    const blank = () => Array.from({ length: this.#size }, () => Array(this.#size).fill(false))
    this.dark = blank()
    this.#isFunction = blank()
  }

  placeFunctionPatterns(): void {
    const last = this.#size - 1
    for (let at = 0; at < this.#size; at++) {
      this.#set(6, at, at % 2 === 0)
      this.#set(at, 6, at % 2 === 0)
    }
    for (const [x, y] of [
      [3, 3],
      [last - 3, 3],
      [3, last - 3],
    ] as const) {
      this.#placeRings(x, y, 4, (ring) => ring !== 2 && ring !== 4)
    }
    const centres = alignmentCentres(this.#version)
    for (const [row, y] of centres.entries()) {
      for (const [column, x] of centres.entries()) {
        const atFinder = [row, column].every((each) => each === 0 || each === centres.length - 1)
        const isFree = !(atFinder && (row === 0 || column === 0))
        if (isFree) this.#placeRings(x, y, 2, (ring) => ring !== 1)
      }
    }
    // Kept free for what placeFormat writes.
    this.placeFormat(0)
    if (this.#version >= 7) this.#placeVersion()
  }

  /** Two columns at a time from the right, up and down, past the timing column (§7.7.3). */
  placeData(codewords: readonly number[], mask: number): void {
    let bit = 0
    for (let right = this.#size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5
      const isUpwards = ((right + 1) & 2) === 0
      for (let step = 0; step < this.#size; step++) {
        const y = isUpwards ? this.#size - 1 - step : step
        for (const x of [right, right - 1]) {
          if (this.#isFunction[y]?.[x]) continue
          const value = ((codewords[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1
          bit += 1
          const row = this.dark[y]
          if (row !== undefined) row[x] = (value === 1) !== isMasked(mask, x, y)
        }
      }
    }
  }

  /** Level and mask, twice, by BCH(15,5) (§7.9). */
  placeFormat(mask: number): void {
    const data = (LEVEL_M << 3) | mask
    const bits = ((data << 10) | remainder(data, 10, 0x537)) ^ 0x5412
    const at = (index: number) => ((bits >>> index) & 1) === 1
    const last = this.#size - 1
    for (let index = 0; index <= 5; index++) this.#set(8, index, at(index))
    this.#set(8, 7, at(6))
    this.#set(8, 8, at(7))
    this.#set(7, 8, at(8))
    for (let index = 9; index < 15; index++) this.#set(14 - index, 8, at(index))
    for (let index = 0; index < 8; index++) this.#set(last - index, 8, at(index))
    for (let index = 8; index < 15; index++) this.#set(8, this.#size - 15 + index, at(index))
    this.#set(8, this.#size - 8, true)
  }

  /** By BCH(18,6), from version 7 on (§7.10). */
  #placeVersion(): void {
    const bits = (this.#version << 12) | remainder(this.#version, 12, 0x1f25)
    for (let index = 0; index < 18; index++) {
      const isDark = ((bits >>> index) & 1) === 1
      const far = this.#size - 11 + (index % 3)
      const near = Math.floor(index / 3)
      this.#set(far, near, isDark)
      this.#set(near, far, isDark)
    }
  }

  #placeRings(centreX: number, centreY: number, radius: number, isDark: (ring: number) => boolean) {
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        this.#set(centreX + dx, centreY + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))))
      }
    }
  }

  #set(x: number, y: number, isDark: boolean): void {
    const [row, functions] = [this.dark[y], this.#isFunction[y]]
    if (row === undefined || functions === undefined || x < 0 || x >= this.#size) return
    row[x] = isDark
    functions[x] = true
  }
}

/** Annex E: evenly spaced from the far end, the first one always at 6. */
function alignmentCentres(version: number): readonly number[] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const step = Math.ceil((version * 4 + 4) / (count - 1) / 2) * 2
  const far = version * 4 + 10
  const others = Array.from({ length: count - 1 }, (_, index) => far - index * step)
  return [6, ...others.toReversed()]
}

/** Of a division of polynomials over GF(2). */
function remainder(value: number, degree: number, generator: number): number {
  let rest = value
  for (let turn = 0; turn < degree; turn++)
    rest = (rest << 1) ^ ((rest >>> (degree - 1)) * generator)
  return rest
}

/** Table 10. */
function isMasked(mask: number, x: number, y: number): boolean {
  const conditions = [
    (x + y) % 2,
    y % 2,
    x % 3,
    (x + y) % 3,
    (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
    ((x * y) % 2) + ((x * y) % 3),
    (((x * y) % 2) + ((x * y) % 3)) % 2,
    (((x + y) % 2) + ((x * y) % 3)) % 2,
  ]
  return conditions[mask] === 0
}

/** How hard a symbol is to read (§7.8.3): runs, blocks, and more dark than light. */
function penalty(dark: readonly (readonly boolean[])[]): number {
  const columns = dark.map((_, x) => dark.map((row) => row[x] === true))
  const lines = [...dark, ...columns].map((line) => line.map(Number).join(''))
  const runs = lines
    .flatMap((line) => line.match(/0{5,}|1{5,}/g) ?? [])
    .reduce((sum, run) => sum + run.length - 2, 0)
  const finders = lines.reduce(
    (sum, line) => sum + (line.match(/(?=10111010000|00001011101)/g)?.length ?? 0) * 40,
    0,
  )
  let blocks = 0
  for (let y = 1; y < dark.length; y++) {
    for (let x = 1; x < dark.length; x++) {
      const one = dark[y]?.[x]
      const others = [dark[y]?.[x - 1], dark[y - 1]?.[x], dark[y - 1]?.[x - 1]]
      if (others.every((other) => other === one)) blocks += 3
    }
  }
  const share = dark.flat().filter(Boolean).length / dark.length ** 2
  return runs + finders + blocks + Math.floor(Math.abs(share * 100 - 50) / 5) * 10
}
