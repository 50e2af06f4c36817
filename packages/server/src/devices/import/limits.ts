/** What one import may be. Its lines are in memory while they are checked, about 1 KiB each at most. */
export const IMPORT_MAX_BYTES = 32 * 1024 * 1024
export const IMPORT_LINES_MAX_COUNT = 100_000
export const LINE_MAX_CHARACTERS = 16 * 1024
export const COLUMNS_MAX_COUNT = 80
/** Of a hundred thousand mistakes, one person reads the first ones. */
export const MISTAKES_SHOWN = 100
/** Lines checked and written at a time: in between, others have their turn. */
export const IMPORT_CHUNK_COUNT = 200
