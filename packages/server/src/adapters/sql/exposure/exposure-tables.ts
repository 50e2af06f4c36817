/** The table of migration 0018 as kysely sees it. Times are seconds since 1970. */
export interface ExposureTables {
  /** What each device ran from when to when, as far as its reports told. */
  device_stays: {
    device: string
    since: number
    product: string
    version: string
    /** Null while it runs. */
    until: number | null
    /** The version before; null: it was the first. */
    came_from: string | null
    /** The version after; null while it runs. */
    left_for: string | null
    /** 1: it ran the version before `since` already, and nobody knows since when. */
    began_before: number
  }
}
