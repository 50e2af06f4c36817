/** How long a product is supported, who is told of its end when, and how far its records are. */
import { endOfSupport, SUPPORT_NOTICE_MONTHS } from '@fleetward/shared'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { ProductFacts } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { Empty } from '../../../pieces/screen/empty.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { dayText, monthText } from '../../../words/time.ts'
import { Progress } from './progress.tsx'

export function SupportPart({ product }: { readonly product: string }) {
  const path = { product }
  const asked = useAsked(
    (signal) => call('GET /products/{product}/facts', { path, signal }),
    [product],
    { events: ['product.*'] },
  )
  return (
    <>
      <Loaded asked={asked}>
        {({ value: { facts } }) =>
          facts.supportPeriod === undefined ? (
            <Empty
              title={say('product.noSupport')}
              command={`fleetward products facts set ${product} --support-ends 2034-12`}
            >
              <p>{say('product.noSupportText')}</p>
              {may('product.manage', product) && (
                <a
                  class="button first"
                  href={to.product(product, 'facts', { edit: 'yes', fact: 'supportPeriod.ends' })}
                >
                  {say('product.writeFacts')}
                </a>
              )}
            </Empty>
          ) : (
            <Support of={facts.supportPeriod} />
          )
        }
      </Loaded>
      <Progress product={product} />
    </>
  )
}

function Support({ of }: { readonly of: NonNullable<ProductFacts['supportPeriod']> }) {
  const now = Date.now() / 1000
  const ends = endOfSupport(of.ends)
  return (
    <section class="card" aria-labelledby="support">
      <h2 id="support">{say('product.support')}</h2>
      <p>
        <Tag tone={ends <= now ? 'bad' : 'good'}>
          {say(ends <= now ? 'product.supportOver' : 'product.supported')}
        </Tag>{' '}
        <strong>{say('product.supportEnds', { month: monthText(of.ends) })}</strong> (
        <Time at={ends} />)
      </p>
      <dl class="facts">
        <dt>{say('field.supportPeriodStarts')}</dt>
        <dd>{dayText(of.starts)}</dd>
        <dt>{say('field.supportPeriodExpectedUseMonths')}</dt>
        <dd>{of.expectedUseMonths}</dd>
        <dt>{say('field.supportPeriodReasoning')}</dt>
        <dd class="written">{String(of.reasoning)}</dd>
      </dl>
      <h3>{say('product.told')}</h3>
      <p class="quiet">{say('product.toldText')}</p>
      <ol class="plain-list">
        {SUPPORT_NOTICE_MONTHS.map((months) => {
          const at = endOfSupport(of.ends, months)
          return (
            <li key={months}>
              <Tag tone={at <= now ? 'good' : 'quiet'}>
                {say(at <= now ? 'product.wasTold' : 'product.willBeTold')}
              </Tag>{' '}
              {months === 0
                ? say('product.atTheEnd')
                : say('product.monthsBefore', { count: months })}
              : <Time at={at} isExact />
            </li>
          )
        })}
      </ol>
    </section>
  )
}
