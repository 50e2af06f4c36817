/** What the owners of the devices read, as text alone: whoever wrote it. */
import { to } from '../../../addresses.ts'
import type { NoticeOutput } from '../../../api/operator-api.gen.ts'
import { say, sayIfKnown } from '../../../words/say.tsx'

export interface OwnersNoticeProps {
  readonly product: string
  readonly release: string
  readonly notice: NoticeOutput
}

export function OwnersNotice({ product, release, notice }: OwnersNoticeProps) {
  const { severity, advisories } = notice
  const summary = String(notice.summary)
  const url = notice.url === undefined ? undefined : String(notice.url)
  return (
    <section class="card">
      <h2>{say('rollouts.noticeTitle')}</h2>
      <blockquote class="rollout-notice written">{summary}</blockquote>
      <dl class="facts">
        <dt>{say('rollouts.severity')}</dt>
        <dd>{sayIfKnown('rolloutSeverities', severity) ?? severity}</dd>
        {advisories.length > 0 && (
          <>
            <dt>{say('screens.advisories')}</dt>
            <dd>{advisories.join(', ')}</dd>
          </>
        )}
        {url !== undefined && (
          <>
            <dt>{say('rollouts.readMore')}</dt>
            <dd>
              {url.startsWith('https://') ? (
                <a href={url} rel="noreferrer noopener">
                  {url}
                </a>
              ) : (
                url
              )}
            </dd>
          </>
        )}
        <dt>{say('screens.release')}</dt>
        <dd>
          <a href={to.release(product, release)}>{release}</a>
        </dd>
      </dl>
    </section>
  )
}
