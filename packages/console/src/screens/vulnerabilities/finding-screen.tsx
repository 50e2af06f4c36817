/** One vulnerability in one component: what it is, what is said of it, and which devices have it. */
import { useLocation, useRoute } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import type { FindingInFull } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import { may } from '../../live/me.ts'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { Tag } from '../../pieces/tag.tsx'
import { say, sayWith } from '../../words/say.tsx'
import { DecideForm } from './decision/decide-form.tsx'
import { Statements } from './decision/statements.tsx'
import { ExposurePart } from './exposure/exposure-part.tsx'
import { FindingActs } from './finding/finding-acts.tsx'
import { FindingFacts } from './finding/finding-facts.tsx'
import { FindingPlaces } from './finding/finding-places.tsx'
import { FindingTold } from './finding/finding-told.tsx'
import { isStatus } from './finding-words.ts'
import { ExploitedTag, RatingTag } from './rating-tag.tsx'
import './vulnerabilities.css'

export function FindingScreen() {
  const { product = '', finding = '' } = useRoute().params
  const { query } = useLocation()
  const path = { product, finding }
  const asked = useAsked(
    (signal) => call('GET /products/{product}/findings/{finding}', { path, signal }),
    [product, finding],
    { events: ['finding.*', 'feed.*'] },
  )
  const exposure = useAsked(
    async (signal) =>
      (await call('GET /products/{product}/findings/{finding}/exposure', { path, signal })).value,
    [product, finding],
    { events: ['release.*', 'rollout.*'], everySeconds: 30 },
  )
  const found = asked.value?.value
  const list = <a href={to.vulnerabilities(product)}>{say('screens.vulnerabilities')}</a>
  return (
    <Screen
      title={found?.vulnerability ?? say('screens.finding')}
      about={
        found === undefined
          ? list
          : sayWith('vulnerabilities.inComponent', { list, component: found.componentName })
      }
      actions={
        found !== undefined && (
          <FindingActs product={product} finding={found} exposure={exposure.value} />
        )
      }
    >
      <Loaded asked={asked}>
        {({ value, etag }) => (
          <>
            <Head finding={value} />
            <FindingTold product={product} finding={value} />
            <FindingFacts finding={value} />
            <div class="cards">
              <section class="card" aria-labelledby="said">
                <h2 id="said">{say('vulnerabilities.statement')}</h2>
                <Statements finding={value} />
                {may('finding.decide', product) && value.answers.length > 0 && (
                  <details open={isStatus(query.decide) || value.statements.length === 0}>
                    <summary>{say('vulnerabilities.decide')}</summary>
                    <DecideForm
                      key={etag}
                      {...{ product, finding: value, etag, onDecided: asked.again }}
                      {...(isStatus(query.decide) ? { status: query.decide } : {})}
                    />
                  </details>
                )}
              </section>
              <FindingPlaces product={product} finding={value} />
            </div>
          </>
        )}
      </Loaded>
      {asked.error === undefined && (
        <Loaded asked={exposure}>
          {(value) => <ExposurePart product={product} exposure={value} />}
        </Loaded>
      )}
    </Screen>
  )
}

function Head({ finding }: { readonly finding: FindingInFull }) {
  return (
    <>
      <p>{finding.summary}</p>
      <p class="row">
        <RatingTag {...finding} />
        <ExploitedTag {...finding} />
        {finding.endedAt !== undefined && <Tag tone="good">{say('vulnerabilities.hasEnded')}</Tag>}
      </p>
    </>
  )
}
