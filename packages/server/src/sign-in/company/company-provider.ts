/**
 * One company's sign-in: OpenID Connect 1.0 by the code flow with PKCE, state and nonce, by openid-client. What comes
 * out is who somebody is at that provider; which account that is, others decide.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  fetchUserInfo,
  type IDToken,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type UserInfoResponse,
} from 'openid-client'
import { HttpError } from '../../http/problem.ts'
import type { CompanySettings } from './company-settings.ts'
import { NoAnswerError, plainFetch } from './plain-fetch.ts'

/** How long what a provider says about itself is believed without asking again. */
const DISCOVERY_KEPT_MS = 3_600_000
const TIME_LIMIT_SECONDS = 10

/** Kept between leaving for the provider and coming back. */
export interface CompanyRoundTrip {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** Whether the person had to prove anew who they are. */
  readonly fresh: boolean
}

export interface CompanyPerson {
  readonly issuer: string
  readonly subject: string
  /** Lower case, and only one that the provider says it has verified. */
  readonly verifiedEmail: string | undefined
  readonly name: string | undefined
  readonly groups: readonly string[]
  /** When the person last proved there who they are, in seconds; undefined where the provider does not say. */
  readonly provedAt: number | undefined
}

export interface CompanySecrets {
  readonly clientSecret: string | undefined
  readonly caPem: string | undefined
}

export class CompanyProvider {
  readonly settings: CompanySettings
  readonly #secrets: CompanySecrets
  readonly #callback: () => string
  readonly #nowMs: () => number
  #found: { readonly at: number; readonly configuration: Promise<Configuration> } | undefined

  constructor(
    settings: CompanySettings,
    options: { secrets: CompanySecrets; callback: () => string; nowMs: () => number },
  ) {
    this.settings = settings
    this.#secrets = options.secrets
    this.#callback = options.callback
    this.#nowMs = options.nowMs
  }

  /** Where to send the browser. `fresh`: whoever is signed in there already proves it once more. */
  async begin(options: { readonly fresh: boolean }): Promise<{ url: URL; trip: CompanyRoundTrip }> {
    const configuration = await this.#configuration()
    const verifier = randomPKCECodeVerifier()
    const trip = { state: randomState(), nonce: randomNonce(), verifier, fresh: options.fresh }
    const url = buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: this.#callback(), scope: this.settings.scopes.join(' ') },
      ...{ state: trip.state, nonce: trip.nonce },
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(trip.fresh ? { prompt: 'login', max_age: '0' } : {}),
    })
    return { url, trip }
  }

  /** `query` as the browser brought it back. */
  async end(query: URLSearchParams, trip: CompanyRoundTrip): Promise<CompanyPerson> {
    const configuration = await this.#configuration()
    return this.#refusing(async () => {
      const tokens = await authorizationCodeGrant(
        configuration,
        new URL(`${this.#callback()}?${query}`),
        {
          ...{ pkceCodeVerifier: trip.verifier, expectedState: trip.state },
          ...{ expectedNonce: trip.nonce, idTokenExpected: true },
          ...(trip.fresh ? { maxAge: TIME_LIMIT_SECONDS * 30 } : {}),
        },
      )
      const claims = tokens.claims()
      if (claims === undefined) throw new Error('the provider sent no ID token')
      this.#requireMethods(claims)
      const more =
        configuration.serverMetadata().userinfo_endpoint === undefined
          ? undefined
          : await fetchUserInfo(configuration, tokens.access_token, claims.sub)
      return personOf(claims, more, this.settings.groupsClaim)
    })
  }

  /** Where a second factor is asked for here, the provider must say that it saw one (RFC 8176). */
  #requireMethods(claims: IDToken): void {
    const { requiredMethods } = this.settings
    const seen: unknown[] = Array.isArray(claims.amr) ? claims.amr : []
    if (requiredMethods.length === 0 || requiredMethods.some((method) => seen.includes(method)))
      return
    throw new HttpError(
      403,
      'COMPANY_FACTOR_MISSING',
      'The company’s sign-in did not ask for a second factor, which this server wants',
      { facts: { wanted: requiredMethods.join(' ') } },
    )
  }

  /** Rejects with COMPANY_UNAVAILABLE; the next one asks again. */
  async #configuration(): Promise<Configuration> {
    const found = this.#found
    if (found !== undefined && this.#nowMs() - found.at < DISCOVERY_KEPT_MS)
      return found.configuration
    const configuration = this.#discover()
    this.#found = { at: this.#nowMs(), configuration }
    try {
      return await configuration
    } catch (cause) {
      this.#found = undefined
      throw unavailable(this.settings, cause)
    }
  }

  #discover(): Promise<Configuration> {
    const { issuer, clientId } = this.settings
    const { clientSecret, caPem } = this.#secrets
    const url = new URL(issuer)
    return discovery(
      url,
      clientId,
      undefined,
      clientSecret === undefined ? None() : ClientSecretPost(clientSecret),
      {
        [customFetch]: (resource, options) => plainFetch(resource, options, caPem),
        timeout: TIME_LIMIT_SECONDS,
        // Settings allow it for this machine alone.
        execute: url.protocol === 'http:' ? [allowInsecureRequests] : [],
      },
    )
  }

  async #refusing<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (cause) {
      if (cause instanceof HttpError) throw cause
      if (isOutage(cause)) throw unavailable(this.settings, cause)
      throw new HttpError(
        401,
        'COMPANY_SIGN_IN_REFUSED',
        'The company’s sign-in did not say who you are. Try again; if it stays so, the administrator finds the reason in the log',
        { cause },
      )
    }
  }
}

/** A provider that gave no answer, as against one whose answer does not fit. */
function isOutage(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true
  return error instanceof Error && error.cause !== undefined && isOutage(error.cause)
}

function unavailable({ name }: CompanySettings, cause: unknown): HttpError {
  return new HttpError(
    502,
    'COMPANY_UNAVAILABLE',
    `${name} cannot be reached at this moment. Try again later, or sign in with a passkey or password`,
    { cause },
  )
}

function personOf(
  claims: IDToken,
  more: UserInfoResponse | undefined,
  groupsClaim: string,
): CompanyPerson {
  const said = { ...more, ...claims } as Readonly<Record<string, unknown>>
  const { email, name } = said
  const groups = said[groupsClaim]
  return {
    ...{ issuer: claims.iss, subject: claims.sub },
    // Some providers say "true" in words; that is not a yes.
    verifiedEmail:
      typeof email === 'string' && said.email_verified === true ? email.toLowerCase() : undefined,
    name: typeof name === 'string' ? name : undefined,
    provedAt: claims.auth_time,
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
  }
}
