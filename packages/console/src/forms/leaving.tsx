/** Asks before somebody leaves what is not saved: by a link of the page, or by closing it. */

import { useLayoutEffect, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { isBegunAnew } from '../api/door.ts'
import { Confirm } from '../pieces/dialogs/confirm.tsx'
import { say } from '../words/say.tsx'

export function Leaving({ isUnsaved }: { readonly isUnsaved: boolean }) {
  const [wish, setWish] = useState<string>()
  const { route } = useLocation()
  useLayoutEffect(() => {
    if (!isUnsaved) return
    const stop = (event: BeforeUnloadEvent) => {
      if (!isBegunAnew) event.preventDefault()
    }
    const ask = (event: MouseEvent) => {
      const target = inPage(event)
      if (target === undefined) return
      event.preventDefault()
      event.stopPropagation()
      setWish(target)
    }
    window.addEventListener('beforeunload', stop)
    window.addEventListener('click', ask, { capture: true })
    return () => {
      window.removeEventListener('beforeunload', stop)
      window.removeEventListener('click', ask, { capture: true })
    }
  }, [isUnsaved])
  if (wish === undefined) return null
  return (
    <Confirm
      title={say('form.leaveTitle')}
      act={say('form.leave')}
      onConfirm={async () => route(wish)}
      onClose={() => setWish(undefined)}
    >
      <p>{say('form.leaveText')}</p>
    </Confirm>
  )
}

/** Where a click leads to another place of the console; a link that opens a tab leaves nothing. */
function inPage(event: MouseEvent): string | undefined {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return undefined
  const link = event.composedPath().find((it) => it instanceof HTMLAnchorElement)
  if (link === undefined || link.origin !== location.origin) return undefined
  const opensHere =
    link.target === '' && !link.download && !link.getAttribute('href')?.startsWith('#')
  const path = link.pathname + link.search
  return opensHere && path !== location.pathname + location.search ? path : undefined
}
