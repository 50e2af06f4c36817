/** A screen that broke takes nothing else with it: it says so, and what whoever runs the server needs to know. */
import type { ComponentChildren } from 'preact'
import { useErrorBoundary, useLayoutEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Screen } from '../pieces/screen/screen.tsx'
import { say } from '../words/say.tsx'

export function WholeOrBroken({ children }: { readonly children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary()
  const { path } = useLocation()
  // Another screen is another try.
  useLayoutEffect(reset, [path])
  if (error === undefined) return <>{children}</>
  return (
    <Screen title={say('console.broken')}>
      <div class="problem" role="alert">
        <p>{say('console.brokenNext')}</p>
        <pre class="written" lang="en">
          {error instanceof Error ? error.message : String(error)}
        </pre>
        <button type="button" onClick={() => location.reload()}>
          {say('console.reload')}
        </button>
      </div>
    </Screen>
  )
}
