/** The headings of Annex VII of Regulation (EU) 2024/2847, in its own words (CRA P-134a). */
import type { Annex7Item } from './section.ts'

export const ANNEX_7: Readonly<Record<Annex7Item, string>> = {
  '1': 'A general description of the product with digital elements',
  '2': 'A description of the design, development and production of the product with digital elements and vulnerability handling processes',
  '3': 'An assessment of the cybersecurity risks against which the product with digital elements is designed, developed, produced, delivered and maintained',
  '4': 'Relevant information that was taken into account to determine the support period',
  '5': 'A list of the harmonised standards applied in full or in part, common specifications or European cybersecurity certification schemes, or descriptions of the solutions adopted to meet the essential cybersecurity requirements',
  '6': 'Reports of the tests carried out to verify the conformity of the product with digital elements and of the vulnerability handling processes',
  '7': 'A copy of the EU declaration of conformity',
  '8': 'Where applicable, the software bill of materials, further to a reasoned request from a market surveillance authority',
}
