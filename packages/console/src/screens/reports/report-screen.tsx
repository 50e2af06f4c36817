/** One report from outside: what was written, what was answered, and what becomes of it. */
import { useRoute } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import type { VulnerabilityReportInFull } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import { may } from '../../live/me.ts'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'
import { AnswerForm } from './answer-form.tsx'
import { ChangeForm } from './change-form.tsx'
import { ReportActs } from './report-acts.tsx'
import { Due, ReportTags } from './report-tags.tsx'
import { Thread } from './thread.tsx'
import './reports.css'
import { Scrolling } from '../../pieces/screen/scrolling.tsx'

export function ReportScreen() {
  const { id = '' } = useRoute().params
  const asked = useAsked(
    (signal) => call('GET /disclosure/reports/{id}', { path: { id }, signal }),
    [id],
    { events: ['disclosure.*'] },
  )
  const report = asked.value?.value
  return (
    <Screen
      title={report?.title ?? say('screens.report')}
      about={
        <>
          <a href={to.reports()}>{say('screens.reports')}</a> · <code>{id}</code>
        </>
      }
      actions={
        asked.value !== undefined && (
          <ReportActs report={asked.value.value} etag={asked.value.etag} onDone={asked.again} />
        )
      }
    >
      <Loaded asked={asked}>
        {({ value, etag }) => {
          const mayManage = may('disclosure.manage', value.product)
          return (
            <>
              <p class="row">
                <ReportTags report={value} />
                <Due report={value} />
              </p>
              <div class="cards">
                <section class="card" aria-labelledby="said">
                  <h2 id="said">{say('reports.said')}</h2>
                  <Scrolling as="p" class="written report-text">
                    {value.text}
                  </Scrolling>
                  <Facts report={value} />
                </section>
                {mayManage && <ChangeForm report={value} etag={etag} onChanged={asked.again} />}
              </div>
              <section class="card" aria-labelledby="thread">
                <h2 id="thread">{say('reports.thread')}</h2>
                <Thread entries={value.entries} />
                {mayManage && <AnswerForm report={value.id} onSent={asked.again} />}
              </section>
            </>
          )
        }}
      </Loaded>
    </Screen>
  )
}

function Facts({ report }: { readonly report: VulnerabilityReportInFull }) {
  const rows: readonly (readonly [string, string])[] = [
    [say('reports.affected'), [report.affected, report.version].filter(Boolean).join(' ')],
    [say('reports.reporter'), report.reporter],
    [say('reports.contact'), report.contact],
    [say('reports.creditName'), report.creditName],
    [say('reports.byMail'), say(report.isToldByMail ? 'reports.yes' : 'reports.no')],
  ]
  return (
    <dl class="facts">
      {rows
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      <dt>{say('reports.received')}</dt>
      <dd>
        <Time at={report.receivedAt} isExact />
      </dd>
      {report.duplicateOf !== undefined && (
        <>
          <dt>{say('reports.duplicateOf')}</dt>
          <dd>
            <a href={to.report(report.duplicateOf)}>{report.duplicateOf}</a>
          </dd>
        </>
      )}
    </dl>
  )
}
