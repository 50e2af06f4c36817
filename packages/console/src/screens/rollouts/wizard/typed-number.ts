/** What somebody typed as a number; undefined for nothing, NaN for what is none, which the server then names. Pure. */
export function numberOf(text: string): number | undefined {
  const trimmed = text.trim()
  return trimmed === '' ? undefined : Number(trimmed.replace(',', '.'))
}

/** Of an `<input type="datetime-local">`, in the zone of whoever typed it; seconds since 1970. */
export function secondsOf(local: string): number | undefined {
  if (local.trim() === '') return undefined
  return Math.floor(new Date(local).getTime() / 1000)
}

/** The other way round. */
export function localOf(seconds: number): string {
  const at = new Date(seconds * 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`
}
