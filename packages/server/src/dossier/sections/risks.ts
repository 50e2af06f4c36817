/** Annex VII 3: the register of risks and the reviews of it (CRA P-141). */
import { statusOf } from '../../risks/assessment.ts'
import { levelOf } from '../../risks/risk.ts'
import { facts, oneLine, table } from '../document.ts'
import { item7 } from '../fact-gaps.ts'
import { jsonFile } from '../json-file.ts'
import type { Section } from '../section.ts'

const REGISTER = 'risks/register.json'

export const risks: Section = {
  id: 'risks',
  item: '3',
  title: 'Risks and what is done about them',
  async write(source) {
    const { stores, product, now } = source
    const all = await stores.risks.all(product)
    const latest = await stores.risks.latestAssessment(product)
    const { isOverdue, isChangedSince } = statusOf(all, latest, now)
    return {
      blocks: [
        facts([
          ['Review', latest && `${latest.version}, by ${latest.reviewer}`],
          ['Next review', latest && `${latest.nextReviewOn}${isOverdue ? ', overdue' : ''}`],
          ['Changed since the review', latest && (isChangedSince ? 'yes' : 'no')],
        ]),
        table(
          'Risks, before and after they are treated',
          ['Risk', 'Asset and threat', 'Level', 'Treatment', 'Residual', 'Tests and evidence'],
          all.map((risk) => [
            ...[risk.id, oneLine(`${risk.asset}: ${risk.threat}`), levelOf(risk)],
            ...[oneLine(`${risk.treatment}: ${risk.measure}`), risk.residual],
            [...risk.tests, ...risk.evidence].join(' '),
          ]),
          REGISTER,
        ),
      ],
      files: [
        jsonFile(REGISTER, { item: 'VII.3', what: 'The register of risks as it is' }, all),
        ...(latest === undefined
          ? []
          : [
              jsonFile(
                `risks/assessment-${latest.version}.json`,
                { item: 'VII.3', what: 'The risks as they were reviewed last' },
                latest,
              ),
            ]),
      ],
      gaps: item7('3')(source),
    }
  },
}
