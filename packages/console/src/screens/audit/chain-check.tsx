/** Whether every line of the log still follows from the one before, and where its head is kept. */
import { useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import type { AuditVerdict } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import { useDoing } from '../../live/doing.ts'
import { Command } from '../../pieces/command.tsx'
import { Tag } from '../../pieces/tag.tsx'
import { ProblemNote } from '../../pieces/told/problem-note.tsx'
import { say, sayIfKnown } from '../../words/say.tsx'

export function ChainCheck() {
  const head = useAsked(async (signal) => (await call('GET /audit/head', { signal })).value, [])
  const [verdict, setVerdict] = useState<AuditVerdict>()
  const doing = useDoing()
  const verify = () =>
    doing.run(async () => setVerdict((await call('GET /audit/verification')).value))

  return (
    <section class="card" aria-labelledby="chain">
      <h2 id="chain">{say('audit.chain')}</h2>
      {head.value !== undefined && (
        <p>
          {say('audit.head', { seq: head.value.seq })} <code>{head.value.hash}</code>
        </p>
      )}
      <div class="row">
        <button type="button" disabled={doing.isBusy} onClick={() => void verify()}>
          {say(doing.isBusy ? 'audit.verifying' : 'audit.verify')}
        </button>
        <div role="status">{verdict !== undefined && <Verdict verdict={verdict} />}</div>
      </div>
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      <details>
        <summary>{say('audit.yourself')}</summary>
        <p>{say('audit.yourselfWhy')}</p>
        <Command text="fleetward audit verify" />
      </details>
    </section>
  )
}

function Verdict({ verdict: { lines, broken } }: { readonly verdict: AuditVerdict }) {
  if (broken === undefined) return <Tag tone="good">{say('audit.whole', { count: lines })}</Tag>
  const flaw = sayIfKnown('audit', `flaw-${broken.flaw}`) ?? broken.flaw
  return (
    <p role="alert">
      <Tag tone="bad">{say('audit.broken', { seq: broken.seq })}</Tag> {flaw}
    </p>
  )
}
