/**
 * The sections and numbered steps of the TUF specification 1.0.34 that comments may cite. Made by
 * reading its table of contents and counting the steps of chapter 5.
 */
const SECTIONS = [
  ['1', 6],
  ['2', 1],
  ['2.1', 5],
  ['3', 1],
  ['3.1', 2],
  ['4', 7],
  ['5', 7],
  ['5.3', 12],
  ['5.4', 5],
  ['5.4.3', 2],
  ['5.5', 7],
  ['5.6', 7],
  ['5.6.7', 2],
  ['5.6.7.2', 2],
  ['5.7', 3],
  ['6', 3],
  ['6.2', 2],
  ['6.3', 3],
  ['7', 1],
] as const

/** Every number that exists: a section and its subsections or steps. */
export const TUF_STEPS: ReadonlySet<string> = new Set(
  SECTIONS.flatMap(([section, count]) => [
    section,
    ...Array.from({ length: count }, (_, i) => `${section}.${i + 1}`),
  ]),
)
