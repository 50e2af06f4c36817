/** What stands in a text and is not seen: it steers a terminal, turns the reading direction round or hides words. Pure. */

/**
 * Controls; halves of pairs, which no UTF-8 takes; line and paragraph separators; what Unicode shows nothing for, with
 * it bidirectional overrides and isolates (CVE-2021-42574), spaces without width and tags; annotations between lines.
 * Inside of a class of a regular expression with the flag `u`.
 */
export const HIDDEN = '\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{DI}\\ufff9-\\ufffb'

/** Of those, what gives the letter beside it its form: joiners and variation selectors are spelling to many. */
export const FORMING = '\\u200c\\u200d\\p{VS}'
