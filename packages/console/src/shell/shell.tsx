/** What every screen has around it: where one is, where one can go, who one is, and whether the server is there. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { isSignedOut, listenAtDoor, openDoor } from '../api/door.ts'
import { Refused } from '../api/refused.ts'
import { isAway, whenBack } from '../live/away.ts'
import { listen } from '../live/events.ts'
import { loadMe, me } from '../live/me.ts'
import { loadProducts } from '../live/products.ts'
import { Loading } from '../pieces/screen/loading.tsx'
import { ProblemNote } from '../pieces/told/problem-note.tsx'
import { Said } from '../pieces/told/said.tsx'
import { say } from '../words/say.tsx'
import { AccountMenu } from './account-menu.tsx'
import { DoorDialog } from './door-dialog.tsx'
import { Navigation } from './navigation.tsx'
import { Palette } from './palette.tsx'
import { PaperHead } from './paper-head.tsx'

export function Shell({ children }: { readonly children: ComponentChildren }) {
  const [error, setError] = useState<Error>()
  const { path } = useLocation()
  const shown = useRef(path)

  useLayoutEffect(() => {
    listenAtDoor()
    const load = () =>
      Promise.all([loadMe(), loadProducts()]).then(() => setError(undefined), setError)
    void load()
    const ends = [
      whenBack(() => void load()),
      listen(['product.*'], () => void loadProducts().catch(setError)),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [])

  // What leads to another page moves the focus there, as a page that is loaded does; also where the button that did it
  // has gone, and took the focus with it.
  useLayoutEffect(() => {
    if (shown.current !== path) document.getElementById('content')?.focus()
    shown.current = path
    window.scrollTo(0, 0)
  }, [path])

  return (
    <>
      <a class="skip" href="#content">
        {say('console.skip')}
      </a>
      <header class="shell-top">
        <a class="brand" href="/console/">
          Fleetward
        </a>
        <Palette />
        <AccountMenu />
      </header>
      <Navigation />
      <div class="shell-news" role="status" aria-live="polite">
        {isAway.value && <p class="away">{say('console.away')}</p>}
        {isSignedOut.value && (
          <p class="away">
            {say('door.signedOut')}{' '}
            <button type="button" onClick={() => openDoor('sign-in')}>
              {say('door.signIn')}
            </button>
          </p>
        )}
      </div>
      <PaperHead />
      <main id="content" tabIndex={-1}>
        {error instanceof Refused && <ProblemNote error={error} />}
        {me.value === undefined ? <Loading /> : children}
      </main>
      <Said />
      <DoorDialog />
    </>
  )
}
