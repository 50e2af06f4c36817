/** What would happen, group by group: how many devices, which, and what each would do with the offer. */
import { to } from '../../../addresses.ts'
import type { RolloutPreview, RolloutProspects } from '../../../api/operator-api.gen.ts'
import { numberWords, say, sayIfKnown } from '../../../words/say.tsx'
import { durationWords, timeWords } from '../../../words/time.ts'
import { GroupFrame } from '../columns/group-frame.tsx'

const PROSPECTS = [
  ...(['takesIt', 'asksOwner', 'postponed', 'optedOut', 'saidNothing', 'away'] as const),
  ...(['runsIt', 'runsNewer', 'unsuitable', 'blocked'] as const),
] as const satisfies readonly (keyof RolloutProspects)[]

export interface PreviewTableProps {
  readonly product: string
  readonly preview: Pick<RolloutPreview, 'groups'>
}

export function PreviewTable({ product, preview: { groups } }: PreviewTableProps) {
  const shown = PROSPECTS.filter((it) => groups.some(({ prospects }) => prospects[it] > 0))
  const inWords = (prospect: (typeof PROSPECTS)[number]) =>
    sayIfKnown('rolloutProspects', prospect) ?? prospect
  return (
    <GroupFrame
      title={say('rollouts.whichDevices')}
      numbers={shown.map(inWords)}
      further={[say('rollouts.opensWithin'), say('rollouts.which')]}
    >
      <tbody>
        {groups.map(({ name, members, prospects, postponedUntil, sample, ...group }) => (
          <tr key={name}>
            <th scope="row">
              {name}
              {group.notes.map((note) => (
                <p key={note} class="rollout-note">
                  {sayIfKnown('rolloutNotes', note) ?? note}
                </p>
              ))}
            </th>
            <td class="number" data-name={say('rollouts.devices')}>
              {numberWords(members)}
            </td>
            {shown.map((prospect) => (
              <td key={prospect} class="number" data-name={inWords(prospect)}>
                {numberWords(prospects[prospect])}
                {prospect === 'postponed' && postponedUntil !== undefined && (
                  <p class="quiet">{untilWords(postponedUntil)}</p>
                )}
              </td>
            ))}
            <td data-name={say('rollouts.opensWithin')}>
              {group.opensWithinSeconds === 0
                ? say('rollouts.atOnce')
                : durationWords(group.opensWithinSeconds)}
            </td>
            <td data-name={say('rollouts.which')}>
              <span>
                {sample.length === 0
                  ? say('rollouts.drawn')
                  : sample.map((device, index) => (
                      <span key={device}>
                        {index > 0 && ', '}
                        <a href={to.device(product, device)}>{device}</a>
                      </span>
                    ))}
                {sample.length > 0 && sample.length < members && ' …'}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </GroupFrame>
  )
}

function untilWords({ earliest, latest }: { readonly earliest: number; readonly latest: number }) {
  if (earliest === latest) return say('rollouts.postponedUntil', { latest: timeWords(latest) })
  const between = { earliest: timeWords(earliest), latest: timeWords(latest) }
  return say('rollouts.postponedBetween', between)
}
