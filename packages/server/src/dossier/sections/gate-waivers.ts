/** Annex VII 6: what persons let through in spite of the release gate, why, and until when (CRA P-036). */
import { isInForce, type Waiver } from '../../gate/waiver.ts'
import { moment, oneLine, table } from '../document.ts'
import { jsonFile } from '../json-file.ts'
import { GATE_WORDS } from '../rules-in-force.ts'
import type { DossierSource, Section } from '../section.ts'

const WAIVERS = 'tests/gate-waivers.json'
const AT_ONCE = 500

export const gateWaivers: Section = {
  id: 'gate-waivers',
  item: '6',
  title: 'Waivers of the release gate',
  async write(source) {
    const all = await everyWaiver(source)
    return {
      blocks: [
        table(
          'What was let through in spite of a reason of the gate',
          ['Version', 'Reason of the gate', 'About', 'Why', 'By', 'From', 'Until', 'In force'],
          all.map((waiver) => {
            const { version, code, finding, about, reason, name, at, until, endedAt } = waiver
            return [
              ...[
                version,
                GATE_WORDS[code],
                oneLine(finding ?? about ?? ''),
                oneLine(reason),
                oneLine(name),
              ],
              ...[
                moment(at),
                moment(endedAt ?? until),
                isInForce(waiver, source.now) ? 'yes' : 'no',
              ],
            ]
          }),
          WAIVERS,
        ),
      ],
      files: [jsonFile(WAIVERS, { item: 'VII.6', what: 'Every waiver of the release gate' }, all)],
    }
  },
}

async function everyWaiver({ stores, product }: DossierSource): Promise<readonly Waiver[]> {
  const all: Waiver[] = []
  for (;;) {
    const before = all.at(-1)?.id
    const some = await stores.gate.waivers({ product, before, limit: AT_ONCE })
    all.push(...some)
    if (some.length < AT_ONCE) return all
  }
}
