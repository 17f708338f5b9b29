/**
 * Where the session's token is kept between connections. The token is all that makes a later
 * page, tab or process the same user, so a hold survives a reload [W9].
 */

export interface TokenStorage {
  /** The token stored last, or null. */
  get(): string | null;
  set(token: string): void;
}

/** Keeps the token as long as this process or page lives. */
export function memoryTokenStorage(token: string | null = null): TokenStorage {
  let current = token;
  return {
    get: () => current,
    set(next) {
      current = next;
    },
  };
}

/**
 * Keeps the token in the browser's localStorage, shared by all tabs of the origin. Where storage
 * is forbidden or full it lasts as long as the page.
 */
export function browserTokenStorage(key = 'usher.session'): TokenStorage {
  const fallback = memoryTokenStorage();
  return {
    get() {
      try {
        return fallback.get() ?? localStorage.getItem(key);
      } catch {
        return fallback.get();
      }
    },
    set(token) {
      try {
        localStorage.setItem(key, token);
      } catch {
        fallback.set(token);
      }
    },
  };
}

/** localStorage in a browser, memory elsewhere. */
export function defaultTokenStorage(): TokenStorage {
  return typeof window === 'undefined' ? memoryTokenStorage() : browserTokenStorage();
}
