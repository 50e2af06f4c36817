import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function ReleaseScreen() {
  return <Screen title={say('screens.release')} />
}
