/** Versions of releases: `major.minor.patch`, and the line `major.minor` that a release belongs to. */

const VERSION = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/
const LINE = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/

export function isVersion(text: unknown): text is string {
  return typeof text === 'string' && VERSION.test(text)
}

export function isLine(text: unknown): text is string {
  return typeof text === 'string' && LINE.test(text)
}

/** `1.4.3` belongs to line `1.4`. */
export function lineOf(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}

/** Negative when `a` is older than `b`, zero when equal. Both must be versions. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let i = 0; i < 3; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
