/** Reed–Solomon error correction of QR codes: GF(256) modulo x⁸+x⁴+x³+x²+1, ISO/IEC 18004 Annex A. Pure. */

/** The `count` codewords that go with these. */
export function errorCorrection(data: Uint8Array, count: number): Uint8Array {
  const divisor = generator(count)
  const rest = new Uint8Array(count)
  for (const byte of data) {
    const factor = byte ^ (rest[0] ?? 0)
    rest.copyWithin(0, 1)
    rest[count - 1] = 0
    for (const [index, coefficient] of divisor.entries()) {
      rest[index] = (rest[index] ?? 0) ^ product(coefficient, factor)
    }
  }
  return rest
}

/** (x − α⁰)(x − α¹)…, without its leading 1. */
function generator(degree: number): Uint8Array {
  const coefficients = new Uint8Array(degree)
  coefficients[degree - 1] = 1
  let root = 1
  for (let turn = 0; turn < degree; turn++) {
    for (let index = 0; index < degree; index++) {
      const next = coefficients[index + 1] ?? 0
      coefficients[index] = product(coefficients[index] ?? 0, root) ^ next
    }
    root = product(root, 2)
  }
  return coefficients
}

function product(one: number, other: number): number {
  let result = 0
  for (let bit = 7; bit >= 0; bit--) {
    result = (result << 1) ^ ((result >>> 7) * 0x11d)
    result ^= ((other >>> bit) & 1) * one
  }
  return result
}
