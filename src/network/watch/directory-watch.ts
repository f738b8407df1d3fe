import { type FSWatcher, mkdirSync, watch } from 'node:fs'
import { fileError } from '../network-error.js'

/** How often it is made at once before its loss is an error. */
const ATTEMPTS = 100

/** Hears of the files of a directory, which is made for that, and made again when somebody has removed it. */
export class DirectoryWatch implements Disposable {
  readonly #directory: string
  readonly #changed: () => void
  readonly #concerns: (file: string) => boolean
  #watcher: FSWatcher | undefined
  #stale = true

  /** `concerns` tells which names are heard of: of files that come and go there, or the directory's own when it goes. */
  constructor(directory: string, changed: () => void, concerns: (file: string) => boolean = () => true) {
    this.#directory = directory
    this.#changed = changed
    this.#concerns = concerns
    this.renew()
  }

  /** Makes sure that it hears: to be called behind each `changed`, before what may have changed is looked at. */
  renew(): void {
    for (let attempt = 1; this.#stale; attempt++) {
      try {
        mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
        const next = watch(this.#directory, (event, file) => {
          if (file !== null && !this.#concerns(file)) return
          // A file has come or gone, or the directory itself.
          if (event === 'rename') this.#stale = true
          this.#changed()
        }).on('error', this.#changed)
        this.#watcher?.close()
        this.#watcher = next
        this.#stale = false
      } catch (error) {
        // Somebody has removed it meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === ATTEMPTS)
          throw fileError(error, this.#directory)
      }
    }
  }

  [Symbol.dispose](): void {
    this.#watcher?.close()
  }
}
