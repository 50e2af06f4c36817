/** One advisory: written, looked at as the public and as programs will see it, published, taken back. */
import { useLocation, useRoute } from 'preact-iso'
import { to } from '../../addresses.ts'
import { type Answer, call } from '../../api/call.ts'
import type { AdvisoryInFull } from '../../api/operator-api.gen.ts'
import { Refused } from '../../api/refused.ts'
import { useAsked } from '../../live/asked.ts'
import { may } from '../../live/me.ts'
import { Conflict } from '../../pieces/dialogs/conflict.tsx'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Parts } from '../../pieces/screen/parts.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { ProblemNote } from '../../pieces/told/problem-note.tsx'
import { announce } from '../../pieces/told/said.tsx'
import { say } from '../../words/say.tsx'
import { AdvisoryActs } from './acts/advisory-acts.tsx'
import { AdvisoryHistory } from './advisory-history.tsx'
import { AdvisoryForm } from './editor/advisory-form.tsx'
import { isWebAddress, mistakesBy, placedFlaws, textOf } from './editor/content.ts'
import { useEditing } from './editor/editing.ts'
import { FlawWords } from './editor/flaw-words.tsx'
import { CsafPreview } from './preview/csaf-preview.tsx'
import { PagePreview } from './preview/page-preview.tsx'
import { StateTag } from './state-tag.tsx'
import { placedRemarks, useValidation } from './validation/validated.ts'
import { ValidationCard } from './validation/validation-card.tsx'
import './advisories.css'

const VIEWS = ['write', 'page', 'csaf', 'history'] as const
type View = (typeof VIEWS)[number]

export function AdvisoryScreen() {
  const { product = '', advisory = '' } = useRoute().params
  const asked = useAsked(
    (signal) =>
      call('GET /products/{product}/advisories/{advisory}', {
        ...{ path: { product, advisory }, signal },
      }),
    [product, advisory],
    { events: ['advisory.*', 'release.*'] },
  )
  if (asked.value !== undefined && asked.value.value.id === advisory) {
    return <Editor key={advisory} product={product} seen={asked.value} again={asked.again} />
  }
  return (
    <Screen title={say('screens.advisory')} about={advisory}>
      <Loaded asked={asked}>{() => null}</Loaded>
    </Screen>
  )
}

interface EditorProps {
  readonly product: string
  readonly seen: Answer<AdvisoryInFull>
  readonly again: () => void
}

function Editor({ product, seen, again }: EditorProps) {
  const { query } = useLocation()
  const advisory = seen.value
  const editing = useEditing(seen, { product, onSaved: again })
  const { draft, doing, theirs, isDirty } = editing
  const view = VIEWS.find((known) => known === query.view) ?? 'write'
  const wanted = advisory.versions.find((one) => String(one.version) === query.version)?.version
  const version = view === 'csaf' ? wanted : undefined
  const validation = useValidation(product, advisory, version)
  const messages = validation.value?.messages ?? []
  const { atFields, rest } = placedRemarks(validation.value, advisory.content, editing.mine)
  const errors = version === undefined ? (validation.value?.counts.error ?? 0) : 0
  const flaws = placedFlaws(advisory.flaws, advisory.content)
  // Of what somebody has written since nobody has looked yet.
  const standing = flaws.filter(
    ({ field }) => !(editing.mine as readonly string[]).includes(field.split('.', 1)[0] ?? ''),
  )
  const isConflict = doing.error instanceof Refused && doing.error.isConflict
  const mayWrite = may('advisory.manage', product) && advisory.state !== 'withdrawn'
  const told = async (saving: Promise<boolean>) => {
    if (await saving) announce(say('advisories.saved'))
  }
  return (
    <Screen
      title={draft.title === '' ? advisory.id : draft.title}
      about={
        <>
          <a href={to.advisories(product)}>{say('screens.advisories')}</a> · {advisory.id} ·{' '}
          <StateTag advisory={advisory} />
          {advisory.url !== undefined && isWebAddress(advisory.url) && (
            <>
              {' · '}
              <a href={advisory.url} target="_blank" rel="noopener noreferrer">
                {say('advisories.seePublic')}
              </a>
            </>
          )}
        </>
      }
      actions={
        <AdvisoryActs {...{ product, advisory, isDirty, errors, etag: seen.etag }} onDone={again} />
      }
    >
      <Views product={product} advisory={advisory.id} view={view} />
      {flaws.length > 0 && advisory.state !== 'withdrawn' && (
        <section class="card flaws" aria-labelledby="flaws">
          <h2 id="flaws">{say('advisories.flaws')}</h2>
          <ul>
            {advisory.flaws.map((flaw) => (
              <li key={flaw}>
                <FlawWords flaw={flaw} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {(advisory.state !== 'withdrawn' || version !== undefined) && (
        <ValidationCard
          {...{ product, advisory, isDirty, asked: validation }}
          rest={view === 'write' ? rest : messages}
        />
      )}
      {doing.error !== undefined && !isConflict && <ProblemNote error={doing.error} isAnswer />}
      <div hidden={view !== 'write'}>
        <AdvisoryForm
          {...{ product, draft, mayWrite, isDirty, isBusy: doing.isBusy }}
          finding={advisory.finding}
          set={editing.set}
          mistakes={mistakesBy(standing, doing.fields)}
          remarks={atFields}
          onSave={() => void told(editing.save())}
        />
      </div>
      {view === 'page' && <PagePreview {...{ product, advisory, draft }} />}
      {view === 'csaf' && (
        <CsafPreview {...{ product, advisory, isDirty, version, messages }} at={query.at} />
      )}
      {view === 'history' && <AdvisoryHistory {...{ product, advisory }} />}
      {theirs !== undefined && (
        <Conflict
          fields={editing.mine
            .map((field) => ({
              name: say(`advisories.${field}`),
              mine: textOf(draft, field),
              theirs: textOf(theirs.draft, field),
            }))
            .filter(({ mine, theirs: other }) => mine !== other)}
          onKeepMine={() => void told(editing.keepMine())}
          onTakeTheirs={editing.takeTheirs}
          onClose={editing.lookAgain}
        />
      )}
    </Screen>
  )
}

function Views(props: {
  readonly product: string
  readonly advisory: string
  readonly view: View
}) {
  return (
    <Parts
      label={say('advisories.views')}
      parts={VIEWS.map((one) => ({
        name: say(`advisories.view-${one}`),
        href: to.advisory(props.product, props.advisory, {
          view: one === 'write' ? undefined : one,
        }),
        isHere: one === props.view,
      }))}
    />
  )
}
