/* The oldest Express that is supported, under another name. What the tests use of it has the same types. */
declare module 'express-4' {
  export { default } from 'express'
}
