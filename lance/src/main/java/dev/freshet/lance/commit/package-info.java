/** New versions: each is checked before, as nothing that is not Freshet's may be lost by it. */
package dev.freshet.lance.commit;
