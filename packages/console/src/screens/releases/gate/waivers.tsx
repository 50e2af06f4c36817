/** What was let through for a release, by whom and why; one that still counts can be ended. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { GateWaiver } from '../../../api/operator-api.gen.ts'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { More } from '../../../pieces/tables/more.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'

const PAGE_COUNT = 50

export interface WaiversProps {
  readonly product: string
  readonly version: string
  readonly again: () => void
}

export function Waivers({ product, version, again }: WaiversProps) {
  const waivers = usePages(
    (after, signal) =>
      call('GET /products/{product}/gate-waivers', {
        ...{ path: { product }, query: { version, limit: PAGE_COUNT, after }, signal },
      }),
    [product, version],
    { events: ['release.*'] },
  )
  const [ending, setEnding] = useState<GateWaiver>()
  const end = async ({ id }: GateWaiver) => {
    const path = { product, waiver: id }
    await call('POST /products/{product}/gate-waivers/{waiver}/end', { path })
    announce(say('release.waiverEnded'))
    waivers.again()
    again()
  }
  return (
    <Loaded asked={waivers}>
      {(all) =>
        all.length === 0 ? null : (
          <>
            <h3>{say('release.waivers')}</h3>
            <ul class="release-reasons">
              {all.map((waiver) => (
                <li key={waiver.id}>
                  <span class="row">
                    <strong>{say(`release.code-${waiver.code}`)}</strong>
                    <Tag tone={waiver.isInForce ? 'waits' : 'quiet'}>
                      {say(waiver.isInForce ? 'release.inForce' : 'release.over')}
                    </Tag>
                  </span>
                  {waiver.about !== undefined && <code>{waiver.about}</code>}
                  <span class="written">{waiver.reason}</span>
                  <span class="quiet">
                    {say('release.waivedBy', { name: waiver.name })}{' '}
                    <Time at={waiver.until} isExact />
                  </span>
                  {waiver.isInForce && may('finding.decide', product) && (
                    <button type="button" class="release-waive" onClick={() => setEnding(waiver)}>
                      {say('release.endWaiver')}
                    </button>
                  )}
                </li>
              ))}
            </ul>
            <More of={waivers} />
            {ending !== undefined && (
              <Confirm
                title={say('release.endWaiverTitle')}
                act={say('release.endWaiver')}
                onConfirm={() => end(ending)}
                onClose={() => setEnding(undefined)}
              >
                <p>{say('release.endWaiverText')}</p>
                <p class="written">{ending.reason}</p>
              </Confirm>
            )}
          </>
        )
      }
    </Loaded>
  )
}
