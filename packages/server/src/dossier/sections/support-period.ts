/** Annex VII 4: how the support period was determined. */
import { facts } from '../document.ts'
import { item7 } from '../fact-gaps.ts'
import type { Section } from '../section.ts'

export const supportPeriod: Section = {
  id: 'support-period',
  item: '4',
  title: 'The support period and its reasons',
  async write(source) {
    const period = source.facts.supportPeriod
    return {
      blocks: [
        facts([
          ['Begins', period?.starts],
          ['Ends with', period?.ends],
          ['Expected use', period && monthsWords(period.expectedUseMonths)],
          ['Reasons', period?.reasoning],
          ['Why it is shorter than five years', period?.shorterBecause],
        ]),
      ],
      gaps: item7('4')(source),
    }
  },
}

/** Nobody reads 120 months. */
function monthsWords(months: number): string {
  return months > 12 && months % 12 === 0 ? `${months / 12} years` : `${months} months`
}
