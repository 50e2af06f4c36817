/** What a browser would like, the best first: `Accept` and `Accept-Language` (RFC 9110 §12.4.2). Pure. */
export interface Wish {
  /** Lower case, without parameters: `text/html`, `de-at`. */
  readonly name: string
  /** 0 to 1; 0 is "not this". */
  readonly quality: number
}

/** A longer header is somebody's joke. */
const HEADER_MAX_CHARACTERS = 400

export function wishesOf(header: string | undefined): readonly Wish[] {
  return (header ?? '')
    .slice(0, HEADER_MAX_CHARACTERS)
    .split(',')
    .map((wish) => {
      const [name = '', ...parameters] = wish.trim().toLowerCase().split(';')
      const quality = parameters
        .map((each) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(each)?.[1])
        .find((found) => found !== undefined)
      return { name: name.trim(), quality: Number(quality ?? 1) }
    })
    .toSorted((one, other) => other.quality - one.quality)
}
