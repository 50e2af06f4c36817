/** A time of the server's, in seconds since 1970, as commands print it: the same everywhere, and to be sorted. */
export function moment(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}
