import { PROVIDER_PATH } from '@fleetward/vulnerability'
import type { Stores } from '../stores.ts'

/** What security.txt names; undefined until something is published. */
export async function csafUrlOf(
  { advisories }: Pick<Stores, 'advisories'>,
  base: string,
): Promise<string | undefined> {
  return (await advisories.lastPublication()) === 0 ? undefined : base + PROVIDER_PATH
}
