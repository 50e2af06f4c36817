/** Under Annex VII 2(b): that security updates reach devices, and how fast. */

import type { ReportedProgress } from '../../rollouts/member-store.ts'
import type { Rollout } from '../../rollouts/rollout.ts'
import { day, moment, table } from '../document.ts'
import { jsonFile } from '../json-file.ts'
import type { Section } from '../section.ts'

type Shown = Pick<
  Rollout,
  'id' | 'release' | 'cohort' | 'state' | 'startedAt' | 'changedAt' | 'plan'
>

const ROLLOUTS = 'updates/rollouts.json'
const HOUR_SECONDS = 3_600

export const rollouts: Section = {
  id: 'rollouts',
  item: '2',
  title: 'Updates that went out',
  async write({ stores, product, releases }) {
    const all: (Shown & { readonly reported: ReportedProgress })[] = []
    for (const rollout of await stores.rollouts.ofProduct(product)) {
      const { id, release, cohort, state, attempt, startedAt, changedAt, plan } = rollout
      const reported = await stores.members.reported({ product, id, attempt })
      all.push({ id, release, cohort, state, startedAt, changedAt, plan, reported })
    }
    const published = new Map(releases.map((one) => [one.release.version, one]))
    const isFirst = (id: string, version: string) =>
      all.findLast(({ release }) => release === version)?.id === id
    return {
      blocks: [
        table(
          'Rollouts, the latest first',
          [
            'Rollout',
            'Release',
            'Kind',
            'Began',
            'State',
            'Devices updated',
            'Failed',
            'Hours from publication',
          ],
          all.map(({ id, release, state, startedAt, reported }) => {
            const of = published.get(release)
            const hours =
              of !== undefined && isFirst(id, release)
                ? ((startedAt - of.publishedAt) / HOUR_SECONDS).toFixed(1)
                : ''
            return [
              ...[id, release, of?.release.kind ?? '', moment(startedAt), state],
              ...[String(reported.committed), String(reported.failed), hours],
            ]
          }),
          ROLLOUTS,
        ),
        table(
          'Security releases and what they mend',
          ['Version', 'Published', 'Mends'],
          releases
            .filter(({ release }) => release.kind !== 'functionality')
            .map(({ release, publishedAt }) => [
              ...[release.version, day(publishedAt), release.fixes.map(String).join(' ')],
            ]),
          'product/releases.json',
        ),
      ],
      files: [
        jsonFile(
          ROLLOUTS,
          { item: 'VII.2(b)', what: 'Every rollout with its plan and what devices reported' },
          all,
        ),
      ],
    }
  },
}
