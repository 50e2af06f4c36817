/** The tables of migration 0002 as kysely sees them. Times are seconds since 1970. */
export type DeviceTables = Record<never, never>
