/** Annex VII 3 and 5: how each essential requirement of Annex I applies, and how it is met (CRA P-009, P-139). */
import { ANNEX_1_EDITION } from '../../law/requirements/annex-1.ts'
import { matrixOf } from '../../law/requirements/matrix.ts'
import { type RequirementRow, ROW_GAPS } from '../../law/requirements/row.ts'
import { oneLine, table, text } from '../document.ts'
import { jsonFile } from '../json-file.ts'
import type { Section } from '../section.ts'

const MATRIX = 'requirements/annex-1.json'

export const requirements: Section = {
  id: 'requirements',
  item: '3',
  title: 'Essential requirements of Annex I',
  async write({ stores, product, settings, publicBase: base, now }) {
    const { retention } = settings
    const rows = await matrixOf(stores, product, { retention, base, now })
    return {
      blocks: [
        text(`In the words of ${ANNEX_1_EDITION}; those are in the file.`),
        table(
          'Requirements',
          ['Requirement', 'State', 'How it is met, or why it does not apply', 'Evidence'],
          rows.map((row) => [
            ...[`${row.id}, ${row.reference}`, row.state, oneLine(answerOf(row)), evidenceOf(row)],
          ]),
          MATRIX,
        ),
      ],
      files: [
        jsonFile(
          MATRIX,
          { item: 'VII.3', what: 'The requirements of Annex I with their answers' },
          rows,
        ),
      ],
      gaps: rows.flatMap(({ id, gaps }) =>
        gaps.map((gap) => ({
          item: 'VII.3',
          what: `Requirement ${id}: ${ROW_GAPS[gap]}`,
          next: 'fleetward products requirements --help',
        })),
      ),
    }
  },
}

function answerOf({ kept }: RequirementRow): string {
  const { applies, how, justification } = kept?.content ?? { applies: true }
  return (applies ? how : `Does not apply: ${justification ?? ''}`) ?? ''
}

function evidenceOf({ kept, standards }: RequirementRow): string {
  return [...Object.values(kept?.content.evidence ?? {}).flat(), ...standards].join(' ')
}
