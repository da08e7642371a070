#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "core/diagram/file.h"
#include "core/diagram/jsontext.h"

namespace sluice {
namespace {

std::string systemReason(int number) {
    return std::generic_category().message(number);
}

Error refused(std::string_view what, const std::string& path, int number) {
    return {number == ENOENT && what == "open" ? ErrorCode::NotFound : ErrorCode::InputOutput,
            fmt::format("cannot {} the file: {}", what, systemReason(number)), path};
}

std::string_view kindOfFile(mode_t mode) {
    if (S_ISFIFO(mode))
        return "from a pipe";
    return S_ISSOCK(mode) ? "from a socket" : "from a device";
}

/// Closes a file and, unless it was kept, removes it: a save that fails leaves nothing behind.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& besides) : m_path(besides + ".XXXXXX") {
        m_descriptor = mkostemp(m_path.data(), O_CLOEXEC);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        const bool made = m_descriptor >= 0 || m_closed;
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        if (made && !m_kept)
            ::unlink(m_path.c_str());
    }
    [[nodiscard]] int descriptor() const { return m_descriptor; }
    [[nodiscard]] const std::string& path() const { return m_path; }
    /// False, with errno, when the system reports a late failure to write.
    bool close() {
        const int descriptor = std::exchange(m_descriptor, -1);
        m_closed = true;
        return ::close(descriptor) == 0;
    }
    void keep() { m_kept = true; }

private:
    std::string m_path;
    int m_descriptor = -1;
    bool m_closed = false;
    bool m_kept = false;
};

bool writeAll(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// What a symbolic link points at, so that saving changes the file and not the link.
std::string resolved(const std::string& path) {
    char* real = ::realpath(path.c_str(), nullptr);
    if (!real)
        return path;
    std::string text(real);
    std::free(real);
    return text;
}

/// The old file's permissions, or those that the process gives to new files.
mode_t permissionsFor(const struct stat* old) {
    if (old)
        return old->st_mode & 07777U;
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666U & ~mask;
}

void syncFolderOf(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    // The file itself is safe already; a file system that cannot sync a folder is no reason to fail.
    ::fsync(descriptor);
    ::close(descriptor);
}

/// A device or pipe cannot be replaced: it is written to.
Result<void> writeThrough(const std::string& path, std::string_view text) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0)
        return refused("open", path, errno);
    const bool written = writeAll(descriptor, text);
    const int reason = errno;
    const bool closed = ::close(descriptor) == 0;
    if (!written || !closed)
        return refused("write", path, written ? errno : reason);
    return {};
}

Result<void> replace(const std::string& path, std::string_view text, const struct stat* old) {
    TemporaryFile file(path);
    if (file.descriptor() < 0)
        return Error{ErrorCode::InputOutput,
                     fmt::format("cannot save into this folder: {}", systemReason(errno)), path};
    if (!writeAll(file.descriptor(), text) || ::fchmod(file.descriptor(), permissionsFor(old)) != 0 ||
        ::fsync(file.descriptor()) != 0 || !file.close())
        return Error{ErrorCode::InputOutput,
                     fmt::format("cannot write the file: {}{}", systemReason(errno),
                                 old ? "; the old one is unchanged" : ""),
                     path};
    if (::rename(file.path().c_str(), path.c_str()) != 0)
        return refused("replace", path, errno);
    file.keep();
    syncFolderOf(path);
    return {};
}

Result<std::string> readAll(int descriptor, const std::string& path) {
    std::string text;
    std::string chunk(std::size_t{1} << 16U, '\0');
    while (true) {
        const ssize_t count = ::read(descriptor, chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return refused("read", path, errno);
        if (count == 0)
            return text;
        text.append(chunk, 0, static_cast<std::size_t>(count));
        if (text.size() > kLargestText)
            return text;  // parseDiagram() says that it is too large
    }
}

}  // namespace

Result<LoadedDiagram> loadDiagram(const std::string& path) {
    // A pipe without a writer must not hold the caller up; for what is read in the end the flag means
    // nothing.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        return refused("open", path, errno);
    struct stat status {};
    if (::fstat(descriptor, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
        ::close(descriptor);
        return Error{
            ErrorCode::InvalidInput,
            fmt::format("cannot read {}: a drawing is a file on the disk; save it in one and open that",
                        kindOfFile(status.st_mode)),
            path};
    }
    const auto text = readAll(descriptor, path);
    ::close(descriptor);
    if (!text)
        return text.error();
    return parseDiagram(*text);
}

Result<void> saveDiagram(const Diagram& diagram, const std::string& path) {
    const std::string text = writeDiagram(diagram);
    const std::string target = resolved(path);
    struct stat status {};
    const bool exists = ::stat(target.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode))
        return refused("write", path, EISDIR);
    if (exists && !S_ISREG(status.st_mode))
        return writeThrough(target, text);
    return replace(target, text, exists ? &status : nullptr);
}

}  // namespace sluice
