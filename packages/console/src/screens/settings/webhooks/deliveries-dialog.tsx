/** What a webhook was sent, and what came of it. */
import type { Webhook } from '../../../api/operator-api.gen.ts'
import { usePages } from '../../../live/pages.ts'
import { Dialog } from '../../../pieces/dialogs/dialog.tsx'
import { PagedTable } from '../../../pieces/tables/paged-table.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { deliveryWords } from '../../../words/trouble-words.ts'
import type { WebhooksOf } from './webhooks-of.ts'

export interface DeliveriesDialogProps {
  readonly hooks: WebhooksOf
  readonly webhook: Webhook
  readonly onClose: () => void
}

export function DeliveriesDialog({ hooks, webhook: { id, url }, onClose }: DeliveriesDialogProps) {
  const deliveries = usePages(
    (after, signal) =>
      hooks.deliveries(id, after === undefined ? undefined : Number(after), signal),
    ['deliveries', id],
    { everySeconds: 5 },
  )
  return (
    <Dialog title={say('settings.deliveriesOf', { url })} isWide onClose={onClose}>
      <PagedTable
        id="deliveries"
        caption={say('settings.deliveries')}
        asked={deliveries}
        keyOf={({ event }) => event}
        empty={<p>{say('settings.noDeliveries')}</p>}
        columns={[
          {
            ...{ id: 'at', name: say('settings.when') },
            show: ({ lastAt }) => <Time at={lastAt} isExact />,
            text: ({ lastAt }) => lastAt,
          },
          {
            ...{ id: 'type', name: say('settings.types') },
            show: ({ type }) => <code>{type}</code>,
            text: ({ type }) => type,
          },
          {
            ...{ id: 'state', name: say('settings.state') },
            show: ({ state }) => say(`settings.delivery-${state}`),
            text: ({ state }) => state,
          },
          {
            ...{ id: 'answer', name: say('settings.answer') },
            show: ({ status, error }) => deliveryWords(error, status) ?? status,
            text: ({ status, error }) => `${status ?? ''} ${error ?? ''}`,
          },
          {
            ...{ id: 'attempts', name: say('settings.attempts'), isNumber: true },
            show: ({ attempts }) => attempts,
            text: ({ attempts }) => attempts,
          },
        ]}
      />
    </Dialog>
  )
}
