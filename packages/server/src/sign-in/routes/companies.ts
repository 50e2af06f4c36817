import type { SignInParts } from '../sign-in-parts.ts'

/** As the pages show them. */
export function companiesOf({ providers }: Pick<SignInParts, 'providers'>) {
  return [...providers.values()].map(({ settings: { id, name, issuer } }) => ({ id, name, issuer }))
}
