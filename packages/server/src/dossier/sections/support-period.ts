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
          ['Expected use', period && `${period.expectedUseMonths} months`],
          ['Reasons', period?.reasoning],
          ['Why it is shorter than five years', period?.shorterBecause],
        ]),
      ],
      gaps: item7('4')(source),
    }
  },
}
