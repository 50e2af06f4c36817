/** The pairing code over the local socket: never for the page, which is what it guards. */
import type { LocalRoute } from '../local-api/route.ts'
import type { OwnersPage } from './owners-page.ts'

export function pairingRoutes(page: OwnersPage): LocalRoute[] {
  return [
    {
      method: 'GET',
      path: '/1/pairing',
      summary:
        'The pairing code of the owner’s page, its addresses, and its certificate’s fingerprint.',
      forPage: false,
      answer: async () => ({ json: page.pairing }),
    },
    {
      method: 'POST',
      path: '/1/pairing',
      summary: 'A new pairing code; whoever came in by the old one is out.',
      forPage: false,
      answer: async () => {
        await page.renewCode()
        return { json: page.pairing }
      },
    },
  ]
}
