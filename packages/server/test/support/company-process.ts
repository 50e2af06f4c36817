/**
 * A company's provider: the real oidc-provider in a process of its own. Only its sign-in form is left out: whoever comes
 * is who `PUT /who` said last. Arguments: port, client id, client secret, redirect address.
 */
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'

const [port = '', clientId = '', clientSecret = '', redirect = ''] = process.argv.slice(2)
const issuer = `http://127.0.0.1:${port}`

interface Who {
  readonly subject: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly methods?: readonly string[]
}
let who: Who = { subject: 'nobody', claims: {} }
const known = new Map<string, Who>()

const provider = new Provider(issuer, {
  clients: [
    {
      ...{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirect] },
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  // As strict as we are: nobody gets in without PKCE.
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  claims: {
    openid: ['sub', 'amr', 'groups'],
    email: ['email', 'email_verified'],
    profile: ['name'],
  },
  cookies: { keys: ['only for tests'] },
  ttl: { Session: 3600, Grant: 3600, Interaction: 3600, IdToken: 3600, AccessToken: 3600 },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  findAccount: (_context, subject) => ({
    accountId: subject,
    claims: () => ({ sub: subject, ...known.get(subject)?.claims }),
  }),
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({
      clientId: oidc.client?.clientId,
      accountId: oidc.session?.accountId,
    })
    grant.addOIDCScope('openid email profile')
    await grant.save()
    return grant
  },
})

const answer = provider.callback()
const server = createServer(async (request, response) => {
  if (request.method === 'PUT' && request.url === '/who') {
    const body = Buffer.concat(await Array.fromAsync(request))
    who = JSON.parse(body.toString())
    known.set(who.subject, who)
    response.end()
    return
  }
  if (request.url?.startsWith('/interaction/')) {
    const { subject, methods = [] } = who
    await provider.interactionFinished(request, response, {
      login: { accountId: subject, amr: [...methods] },
    })
    return
  }
  await answer(request, response)
})
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'))
