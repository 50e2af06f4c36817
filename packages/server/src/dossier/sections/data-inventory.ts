/** Under Annex VII 2(a) and Annex I, Part I (2)(g): which data is processed, why, where and how long (CRA P-076, P-077). */
import type { DataUseGap } from '../../law/data-inventory/data-use.ts'
import { fleetwardData } from '../../law/data-inventory/fleetward-data.ts'
import { DATA_USES } from '../../law/named-kinds.ts'
import { oneLine, table } from '../document.ts'
import { jsonFile } from '../json-file.ts'
import { everyRecord } from '../records.ts'
import type { Section } from '../section.ts'

const INVENTORY = 'data/inventory.json'
const NEXT = 'fleetward products data-inventory --help'

const GAP_WORDS: Readonly<Record<DataUseGap, string>> = {
  'no-legal-basis': 'the data is personal, and no legal basis is written',
  'no-risk': 'no risk of the register speaks of it',
  'risk-gone': 'it names a risk that is not in the register any more',
}

export const dataInventory: Section = {
  id: 'data-inventory',
  item: '2',
  title: 'Which data is processed',
  async write(source) {
    const product = await everyRecord(source, DATA_USES)
    const fleetward = fleetwardData(source.settings.retention)
    const columns = ['Data', 'About', 'Personal', 'Purpose', 'Where', 'Kept']
    const none = {
      ...{ item: 'VII.2(a)', what: 'Nobody has written which data the product itself processes' },
      next: NEXT,
    }
    return {
      blocks: [
        table(
          'By the product',
          [...columns, 'Legal basis', 'Risks'],
          product.map(({ content }) => [
            ...shown(content),
            ...[oneLine(content.legalBasis ?? ''), (content.risks ?? []).join(' ')],
          ]),
          INVENTORY,
        ),
        table('By Fleetward', columns, fleetward.map(shown), INVENTORY),
      ],
      files: [
        jsonFile(
          INVENTORY,
          { item: 'VII.2(a)', what: 'Data that the product processes, and Fleetward for it' },
          { product, fleetward },
        ),
      ],
      gaps: [
        ...(product.length === 0 ? [none] : []),
        ...product.flatMap(({ id, gaps }) =>
          gaps.map((gap) => ({
            ...{ item: 'VII.2(a)', what: `Data ${id}: ${GAP_WORDS[gap as DataUseGap]}` },
            next: NEXT,
          })),
        ),
      ],
    }
  },
}

interface DataShown {
  readonly what: string
  readonly about: string
  readonly isPersonal: boolean
  readonly purpose: string
  readonly where: string
  readonly retention: string
}

function shown({ what, about, isPersonal, purpose, where, retention }: DataShown) {
  return [
    ...[oneLine(what), about, isPersonal ? 'yes' : 'no'],
    ...[oneLine(purpose), oneLine(where), oneLine(retention)],
  ]
}
