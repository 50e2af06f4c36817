/** Bech32 (BIP 173) as age writes keys with it: no limit of 90 characters, lower or upper case, never mixed. */
const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const CHECKSUM_LENGTH = 6
const TEXT_MAX_CHARACTERS = 200

/** The bytes behind `prefix`; undefined for anything that is not exactly such a text. */
export function decodeBech32(text: string, prefix: string): Buffer | undefined {
  if (text.length > TEXT_MAX_CHARACTERS) return undefined
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) return undefined
  const lower = text.toLowerCase()
  if (!lower.startsWith(`${prefix}1`)) return undefined
  const words = [...lower.slice(prefix.length + 1)].map((letter) => ALPHABET.indexOf(letter))
  if (words.length < CHECKSUM_LENGTH || words.includes(-1)) return undefined
  if (polymod([...expand(prefix), ...words]) !== 1) return undefined
  return toBytes(words.slice(0, -CHECKSUM_LENGTH))
}

export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const words = toWords(bytes)
  const sum = polymod([...expand(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ 1
  const checksum = [5, 4, 3, 2, 1, 0].map((place) => (sum >>> (5 * place)) & 31)
  return `${prefix}1${[...words, ...checksum].map((word) => ALPHABET[word]).join('')}`
}

function expand(prefix: string): number[] {
  const codes = [...prefix].map((letter) => letter.charCodeAt(0))
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)]
}

function polymod(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    GENERATOR.forEach((part, bit) => {
      if ((top >>> bit) & 1) sum ^= part
    })
  }
  return sum >>> 0
}

function toWords(bytes: Uint8Array): number[] {
  const words: number[] = []
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      words.push((held >>> bits) & 31)
    }
  }
  if (bits > 0) words.push((held << (5 - bits)) & 31)
  return words
}

/** Padding is at most four bits, all zero: one key has one spelling. */
function toBytes(words: readonly number[]): Buffer | undefined {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const word of words) {
    held = ((held << 5) | word) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((held >>> bits) & 0xff)
    }
  }
  if (bits > 4 || (held & ((1 << bits) - 1)) !== 0) return undefined
  return Buffer.from(bytes)
}
