/** Whom the server tells what happens: their addresses, how they answer, and what went wrong. */
import { useState } from 'preact/hooks'
import type { Webhook } from '../../../api/operator-api.gen.ts'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { Empty } from '../../../pieces/screen/empty.tsx'
import { Loading } from '../../../pieces/screen/loading.tsx'
import type { Column } from '../../../pieces/tables/data-table.tsx'
import { PagedTable } from '../../../pieces/tables/paged-table.tsx'
import { Tag, type Tone } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { deliveryWords } from '../../../words/trouble-words.ts'
import { DeliveriesDialog } from './deliveries-dialog.tsx'
import { NewWebhookDialog } from './new-webhook-dialog.tsx'
import { type Place, PlaceChoice, useChosenPlace } from './place-choice.tsx'
import { webhooksOf } from './webhooks-of.ts'

const TONES: Readonly<Record<Webhook['state'], Tone>> = {
  ...{ enabled: 'good', disabled: 'quiet', failed: 'bad' },
}

export function WebhooksPart() {
  const place = useChosenPlace()
  if (place === undefined) return <Loading />
  return (
    <>
      <PlaceChoice product={place.product} />
      {/* What was open or refused is of that place. */}
      <WebhooksHere key={place.product ?? ''} product={place.product} />
    </>
  )
}

function WebhooksHere({ product }: Place) {
  const [isAdding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Webhook>()
  const [looked, setLooked] = useState<Webhook>()
  const [notTaken, setNotTaken] = useState<NotTaken>()
  const doing = useDoing()
  const hooks = webhooksOf(product)
  const webhooks = usePages(hooks.list, ['webhooks', product], {
    events: ['webhook.*', 'security.webhook-given-up'],
  })
  const add = may('webhook.manage', product) && (
    <button type="button" class="first" onClick={() => setAdding(true)}>
      {say('settings.addWebhook')}
    </button>
  )
  const test = (hook: Webhook) =>
    doing.run(async () => {
      setNotTaken(undefined)
      const { isDelivered, error, status } = (await hooks.test(hook.id)).value
      if (isDelivered) announce(say('settings.testTaken'))
      else setNotTaken({ url: hook.url, why: deliveryWords(error, status) })
    })
  const turn = (hook: Webhook) =>
    doing.run(async () => {
      await hooks.turn(hook, hook.state === 'enabled' ? 'disabled' : 'enabled')
      webhooks.again()
    })
  return (
    <>
      {doing.error !== undefined && <ProblemNote error={doing.error} />}
      {notTaken !== undefined && (
        <div class="problem" role="alert">
          <p>
            <strong>{say('settings.testNotTaken', { url: notTaken.url })}</strong>
          </p>
          <p>{notTaken.why}</p>
        </div>
      )}
      <PagedTable
        id="webhooks"
        caption={say('settings.webhooks')}
        columns={columns({ look: setLooked, remove: setRemoving, test, turn })}
        asked={webhooks}
        keyOf={({ id }) => id}
        tools={add}
        empty={
          <Empty title={say('settings.noWebhooks')} command="fleetward webhooks add --help">
            <p>{say('settings.noWebhooksNext')}</p>
            {add}
          </Empty>
        }
      />
      {isAdding && (
        <NewWebhookDialog
          hooks={hooks}
          onClose={() => {
            setAdding(false)
            webhooks.again()
          }}
        />
      )}
      {looked !== undefined && (
        <DeliveriesDialog hooks={hooks} webhook={looked} onClose={() => setLooked(undefined)} />
      )}
      {removing !== undefined && (
        <Confirm
          title={say('settings.removeWebhook', { url: removing.url })}
          act={say('settings.remove')}
          isDangerous
          onClose={() => setRemoving(undefined)}
          onConfirm={async () => {
            await hooks.remove(removing)
            webhooks.again()
          }}
        >
          <p>{say('settings.removeWebhookText')}</p>
        </Confirm>
      )}
    </>
  )
}

interface NotTaken {
  readonly url: string
  readonly why: string | undefined
}

interface Acts {
  readonly look: (hook: Webhook) => void
  readonly remove: (hook: Webhook) => void
  readonly test: (hook: Webhook) => Promise<boolean>
  readonly turn: (hook: Webhook) => Promise<boolean>
}

function columns({ look, remove, test, turn }: Acts): readonly Column<Webhook>[] {
  return [
    {
      ...{ id: 'url', name: say('settings.url') },
      show: ({ url, description }) => (
        <>
          {url} <span class="quiet">{description}</span>
        </>
      ),
      text: ({ url }) => url,
    },
    {
      ...{ id: 'types', name: say('settings.types') },
      show: ({ types }) => types.join(', '),
      text: ({ types }) => types.join(' '),
    },
    {
      ...{ id: 'state', name: say('settings.state') },
      show: ({ state, failingSince }) => (
        <>
          <Tag tone={failingSince === undefined ? TONES[state] : 'bad'}>
            {say(`settings.webhook-${state}`)}
          </Tag>{' '}
          {failingSince !== undefined && (
            <>
              {say('settings.failingSince')} <Time at={failingSince} />
            </>
          )}
        </>
      ),
      text: ({ state }) => state,
    },
    {
      ...{ id: 'acts', name: say('settings.act') },
      show: (hook) => (
        <div class="row">
          <button type="button" onClick={() => look(hook)}>
            {say('settings.deliveries')}
          </button>
          <button type="button" onClick={() => void test(hook)}>
            {say('settings.test')}
          </button>
          <button type="button" onClick={() => void turn(hook)}>
            {say(hook.state === 'enabled' ? 'settings.disable' : 'settings.enable')}
          </button>
          <button type="button" onClick={() => remove(hook)}>
            {say('settings.remove')}
          </button>
        </div>
      ),
      text: () => '',
    },
  ]
}
