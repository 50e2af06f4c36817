/** Whose webhooks are looked at: those of all products, or of one; only what the viewer may change is offered. */
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { may } from '../../../live/me.ts'
import { products } from '../../../live/products.ts'
import { ChoiceField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'

const ALL = '*'

export interface Place {
  /** Undefined: above all products. */
  readonly product: string | undefined
}

/** Undefined until it is known which products there are, for who may not see the webhooks of all of them. */
export function useChosenPlace(): Place | undefined {
  const { product } = useLocation().query
  if (product !== undefined) return { product }
  if (may('webhook.manage')) return { product: undefined }
  return products.value === undefined ? undefined : { product: ownProducts()[0] }
}

export function PlaceChoice({ product }: { readonly product: string | undefined }) {
  const { route } = useLocation()
  const all = may('webhook.manage') ? [{ value: ALL, label: say('console.allProducts') }] : []
  const own = ownProducts().map((id) => ({ value: id, label: id }))
  return (
    <ChoiceField
      label={say('settings.webhooksOf')}
      value={product ?? ALL}
      choices={[...all, ...own]}
      onValue={(id) => route(to.settings('webhooks', { product: id === ALL ? undefined : id }))}
    />
  )
}

function ownProducts(): string[] {
  const ids = (products.value ?? []).map(({ id }) => id)
  return ids.filter((id) => may('webhook.manage', id))
}
