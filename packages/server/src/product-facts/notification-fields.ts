/** Fields 4 to 11 of the notification form (ENISA's glossary of 29 September 2026), filled from the facts. Pure. */
import { isSupportOver } from '@fleetward/shared'
import { CATEGORIES, type ProductClass } from './classes.ts'
import type { ProductFacts } from './facts-schema.ts'

export interface NotificationFields {
  readonly manufacturerName?: string
  readonly memberStates?: readonly string[]
  readonly productName?: string
  readonly productType?: 'Default' | 'Important' | 'Critical'
  readonly productClass?: 'I' | 'II'
  readonly productCategory?: string
  readonly endOfSupport?: 'Yes' | 'No'
}

const WORDS: Readonly<
  Record<ProductClass, Pick<NotificationFields, 'productType' | 'productClass'>>
> = {
  default: { productType: 'Default' },
  'important-1': { productType: 'Important', productClass: 'I' },
  'important-2': { productType: 'Important', productClass: 'II' },
  critical: { productType: 'Critical' },
}

export function notificationFields(facts: ProductFacts, now: number): NotificationFields {
  const { manufacturer, memberStates, name, classification, supportPeriod } = facts
  const category = classification?.category
  return {
    ...(manufacturer === undefined ? {} : { manufacturerName: manufacturer.name }),
    ...(memberStates === undefined ? {} : { memberStates }),
    ...(name === undefined ? {} : { productName: name }),
    ...(classification === undefined ? {} : WORDS[classification.class]),
    ...(category === undefined ? {} : { productCategory: CATEGORIES[category].title }),
    ...(supportPeriod === undefined
      ? {}
      : { endOfSupport: isSupportOver(supportPeriod.ends, now) ? 'Yes' : 'No' }),
  }
}
