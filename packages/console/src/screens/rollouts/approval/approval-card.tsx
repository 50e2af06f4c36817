/** Four eyes: who has to agree, who did, and agreeing to what was looked at and nothing else. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { RolloutInFull } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { useDoing } from '../../../live/doing.ts'
import { may, me } from '../../../live/me.ts'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { approvalOf } from '../plan/rollout-plan.ts'
import { ApproveDialog } from './approve-dialog.tsx'
import { ApprovedBy } from './approved-by.tsx'

export interface ApprovalCardProps {
  readonly product: string
  readonly rollout: RolloutInFull
  readonly again: () => void
}

export function ApprovalCard({ product, rollout, again }: ApprovalCardProps) {
  const [isLooking, setLooking] = useState(false)
  const { id, state, authors } = rollout
  const { given, emergency } = approvalOf(rollout)
  const isWaiting = state === 'waitingForApproval'
  const isUnseen = emergency !== undefined && emergency.seenBy === undefined
  if (!isWaiting && given.length === 0 && emergency === undefined) return null
  const own = me.value?.id
  const isAuthor = own !== undefined && (authors.includes(own) || emergency?.person === own)
  const hasApproved = given.some(({ person }) => person === own)
  const mayApprove = may('rollout.approve', product)
  return (
    <section class="card" aria-label={say('rollouts.approval')}>
      <h2>{say('rollouts.approval')}</h2>
      {isWaiting && <Rule {...{ product }} isMachines={authors.includes('machine')} />}
      <ApprovedBy {...{ rollout }} />
      {emergency !== undefined && <blockquote class="written">{emergency.reason}</blockquote>}
      {(isWaiting || isUnseen) && isAuthor && <p>{say('rollouts.ownCannot')}</p>}
      {isWaiting && hasApproved && <p>{say('rollouts.youApproved')}</p>}
      {isWaiting && !isAuthor && !hasApproved && !mayApprove && (
        <p>{say('rollouts.mayNotApprove')}</p>
      )}
      {isWaiting && mayApprove && !isAuthor && !hasApproved && (
        <div class="row">
          <button type="button" class="first" onClick={() => setLooking(true)}>
            {say('rollouts.lookAndApprove')}
          </button>
        </div>
      )}
      {isUnseen && mayApprove && !isAuthor && <Seen {...{ product, id, again }} />}
      {isLooking && <ApproveDialog {...{ product, id, again }} onClose={() => setLooking(false)} />}
    </section>
  )
}

function Rule({ product, isMachines }: { readonly product: string; readonly isMachines: boolean }) {
  const { value } = useAsked(
    (signal) => call('GET /products/{product}/approval', { path: { product }, signal }),
    [product],
  )
  if (value === undefined) return null
  const { count, roles } = value.value
  const names = roles.map((role) => sayIfKnown('rolloutRoles', role) ?? role).join(', ')
  return <p>{say('rollouts.needed', { count: count + (isMachines ? 1 : 0), roles: names })}</p>
}

/** Somebody else has looked at what one person let out alone. */
function Seen({ product, id, again }: { product: string; id: string; again: () => void }) {
  const doing = useDoing()
  const seen = async () => {
    const path = { product, id }
    const isDone = await doing.run(() =>
      call('POST /products/{product}/rollouts/{id}/seen', { path }),
    )
    if (isDone) announce(say('rollouts.seenNow'))
    again()
  }
  return (
    <>
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      <div class="row">
        <button type="button" class="first" disabled={doing.isBusy} onClick={() => void seen()}>
          {say('rollouts.iHaveSeen')}
        </button>
      </div>
    </>
  )
}
