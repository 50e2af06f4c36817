/** What a device told, newest first: its states, why something was refused, and what is missing between. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { Device } from '../../../api/operator-api.gen.ts'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { More } from '../../../pieces/tables/more.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { zoneOf } from '../device-standing.ts'
import { toldBy } from '../report-told.ts'
import { reportWords } from '../report-words.ts'
import { Card } from './card.tsx'

const PAGE_COUNT = 50

export function Timeline({ device }: { readonly device: Device }) {
  const { product, id, reports } = device
  const zone = zoneOf(device)
  const pages = usePages(
    async (after, signal) => {
      const answer = await call('GET /products/{product}/devices/{device}/reports', {
        ...{ path: { product, device: id }, signal },
        query: { limit: PAGE_COUNT, ...(after === undefined ? {} : { before: Number(after) }) },
      })
      const last = answer.value.at(-1)
      const isMore = answer.value.length === PAGE_COUNT && last !== undefined && last.seq > 1
      return { ...answer, next: isMore ? String(last.seq) : undefined }
    },
    [product, id],
  )
  // Who read far back stays there while new reports come in front.
  const shown = useRef(reports.last)
  useLayoutEffect(() => {
    if (shown.current === reports.last) return
    shown.current = reports.last
    pages.again()
  }, [reports.last])
  return (
    <Card title={say('device.timeline')}>
      <Loaded asked={pages}>
        {(told) =>
          told.length === 0 ? (
            <p>{say('device.noReports')}</p>
          ) : (
            <ol class="timeline">
              {told.map((report, index) => {
                const { tone, standing, more } = toldBy(report, told[index + 1])
                return (
                  <li key={report.seq}>
                    <div class="row">
                      <Time at={report.receivedAt} isExact deviceZone={zone} />
                      <Tag tone={tone}>{say(standing)}</Tag>
                      <span class="quiet">{report.version}</span>
                      {report.rollout !== undefined && may('rollout.read', product) && (
                        <a href={to.rollout(product, report.rollout)}>{report.rollout}</a>
                      )}
                      <span class="quiet">{say('report.number', { seq: String(report.seq) })}</span>
                    </div>
                    {more.map((sentence) => (
                      <p
                        key={reportWords(sentence)}
                        class={sentence.isOdd ? 'any-text field-error' : 'any-text'}
                      >
                        {reportWords(sentence)}
                      </p>
                    ))}
                  </li>
                )
              })}
            </ol>
          )
        }
      </Loaded>
      <More of={pages} />
    </Card>
  )
}
