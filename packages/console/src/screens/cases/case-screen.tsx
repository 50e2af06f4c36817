/** A case of Article 14: its clocks, what is to be done next, the sheets, and all that was recorded. */
import { useLocation } from 'preact-iso'
import { to } from '../../addresses.ts'
import { type Answer, call } from '../../api/call.ts'
import type { CaseInFull } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import { may } from '../../live/me.ts'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { Tag } from '../../pieces/tag.tsx'
import { say } from '../../words/say.tsx'
import { ActForm } from './acts/act-form.tsx'
import { type Act, nextSteps, STAGES } from './acts/next-steps.ts'
import { CaseAbout } from './case-about.tsx'
import { CaseEvents } from './case-events.tsx'
import { Clocks } from './clocks/clocks.tsx'
import { SeverityQuestions } from './severity-questions.tsx'
import { SheetPart } from './sheets/sheet-part.tsx'
import './cases.css'

export function CaseScreen({ id = '' }: { readonly id?: string }) {
  const asked = useAsked((signal) => call('GET /cases/{id}', { path: { id }, signal }), [id], {
    events: ['case.*'],
  })
  if (asked.value === undefined) {
    return (
      <Screen title={say('screens.case')} about={<a href={to.cases()}>{say('screens.cases')}</a>}>
        <Loaded asked={asked}>{() => null}</Loaded>
      </Screen>
    )
  }
  return <Loaded asked={asked}>{(answer) => <Case answer={answer} again={asked.again} />}</Loaded>
}

interface CaseProps {
  readonly answer: Answer<CaseInFull>
  readonly again: () => void
}

function Case({ answer, again }: CaseProps) {
  const { value: one, etag } = answer
  const { query, route } = useLocation()
  const mayRecord = may('case.manage', one.product)
  const act = mayRecord ? (query.act as Act | undefined) : undefined
  const stage = STAGES.find((known) => known === query.stage)
  const done = () => {
    again()
    route(to.case(one.id))
  }
  return (
    <Screen
      title={one.title}
      about={
        <>
          <a href={to.cases()}>{say('screens.cases')}</a> · {say('screens.case')}{' '}
          <code>{one.id}</code>
        </>
      }
      actions={
        mayRecord &&
        act === undefined && (
          <>
            {nextSteps(one).map((step, index) => (
              <a
                key={step.act}
                class={index === 0 ? 'button first' : 'button'}
                href={to.case(one.id, { ...step })}
              >
                {say(`cases.act_${step.act}`)}
              </a>
            ))}
            <a class="button" href={to.case(one.id, { act: 'noted' })}>
              {say('cases.record')}
            </a>
          </>
        )
      }
    >
      {one.isDrill && (
        <p class="drill" role="note">
          <Tag tone="quiet">{say('cases.drill')}</Tag> {say('cases.drillText')}
        </p>
      )}
      {act !== undefined && (
        <section class="card" aria-labelledby="record">
          <h2 id="record">{say('cases.record')}</h2>
          <ActForm {...{ one, etag, act }} stage={stage} onDone={done} />
        </section>
      )}
      <Clocks of={one} />
      {one.severity !== undefined && <SeverityQuestions of={one} mayRecord={mayRecord} />}
      <SheetPart of={one} etag={etag} mayRecord={mayRecord} again={again} />
      <CaseAbout of={one} />
      <CaseEvents of={one} />
    </Screen>
  )
}
